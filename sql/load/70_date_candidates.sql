-- What was said of dates, anew for each article whose text is new.
DELETE FROM date_candidates
WHERE
    article_id IN (
        SELECT written.article_id FROM written_articles AS written
        WHERE written.action IN ('page came', 'seen earlier', 'replayed')
    );

INSERT INTO date_candidates BY NAME
SELECT
    given.* REPLACE (written.article_id AS article_id),
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM shard_date_candidates AS given
INNER JOIN written_articles AS written ON given.article_id = written.given_id
WHERE written.action IN ('new', 'page came', 'seen earlier', 'replayed');
