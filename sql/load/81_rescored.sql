-- Judgements of stored texts under another profile or model; not of a text that has changed since it was read.
CREATE OR REPLACE TEMP TABLE rescored_articles AS
SELECT
    given.*,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM shard_rescored AS given
INNER JOIN articles
    ON given.article_id = articles.article_id AND given.text_sha256 IS NOT DISTINCT FROM articles.text_sha256
QUALIFY row_number() OVER (PARTITION BY given.article_id ORDER BY given.model_id ASC) = 1;

DELETE FROM relevance
WHERE article_id IN (SELECT rescored.article_id FROM rescored_articles AS rescored);

INSERT INTO relevance BY NAME
SELECT * FROM rescored_articles;
