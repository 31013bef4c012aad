-- Later looks, each once; when an article was last looked at, whatever the look told.
CREATE OR REPLACE TEMP TABLE new_rechecks AS
SELECT
    given.*,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM shard_rechecks AS given
WHERE
    given.article_id IN (SELECT articles.article_id FROM articles)
    AND NOT EXISTS (
        SELECT 1 FROM rechecks AS known
        WHERE known.article_id = given.article_id AND known.observed_at = given.observed_at
    )
QUALIFY row_number() OVER (PARTITION BY given.article_id, given.observed_at ORDER BY given.state ASC NULLS LAST) = 1;

INSERT INTO rechecks BY NAME
SELECT * FROM new_rechecks;

UPDATE articles
SET checked_at = greatest(coalesce(articles.checked_at, looked.observed_at), looked.observed_at)
FROM (
    SELECT
        article_id,
        max(observed_at) AS observed_at
    FROM new_rechecks
    GROUP BY article_id
) AS looked
WHERE articles.article_id = looked.article_id;
