-- One judgement an article, anew when its text is new.
DELETE FROM relevance
WHERE
    article_id IN (
        SELECT written.article_id FROM written_articles AS written WHERE written.action IN ('page came', 'replayed')
    );

INSERT INTO relevance BY NAME
SELECT
    given.* REPLACE (written.article_id AS article_id),
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM shard_relevance AS given
INNER JOIN written_articles AS written ON given.article_id = written.given_id
WHERE written.action IN ('new', 'page came', 'replayed');
