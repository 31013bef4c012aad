-- The documents brought up to date; in day order, so that the days of a window lie together.
DELETE FROM story_documents
WHERE
    day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
    AND article_id IN (SELECT stale.article_id FROM stale_documents AS stale);

INSERT INTO story_documents BY NAME
SELECT
    fresh.article_id,
    fresh.day,
    fresh.told_at,
    fresh.words_md5,
    words.words,
    words.weights,
    fresh.story_id,
    fresh.story_day,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM fresh_documents AS fresh
INNER JOIN fresh_words AS words ON fresh.article_id = words.article_id
ORDER BY fresh.day, fresh.article_id;
