-- Documents and their words, brought up to date; in day order, so that a day's words lie together.
DELETE FROM story_documents
WHERE article_id IN (SELECT stale.article_id FROM stale_documents AS stale);

DELETE FROM story_words
WHERE
    day IN (SELECT stale.day FROM stale_documents AS stale)
    AND article_id IN (SELECT stale.article_id FROM stale_documents AS stale);

INSERT INTO story_documents BY NAME
SELECT
    article_id,
    day,
    told_at,
    words_md5,
    story_id,
    story_day,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM fresh_documents
ORDER BY day, article_id;

INSERT INTO story_words BY NAME
SELECT
    fresh.day,
    words.word,
    words.weight,
    fresh.article_id,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM fresh_words AS words
INNER JOIN fresh_documents AS fresh ON words.article_id = fresh.article_id
ORDER BY fresh.day, words.word, fresh.article_id;
