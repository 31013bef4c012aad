-- Articles made anew from stored bytes: the row is replaced in place, unless something newer was loaded meanwhile.
CREATE OR REPLACE TEMP TABLE replayed_articles AS
SELECT
    given.* EXCLUDE (final_key),
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM shard_replayed AS given
INNER JOIN articles AS known ON given.article_id = known.article_id
WHERE known.extracted_at < given.extracted_at
QUALIFY row_number() OVER (PARTITION BY given.article_id ORDER BY given.extracted_at DESC) = 1;

INSERT INTO written_articles BY NAME
SELECT
    replayed.*,
    replayed.article_id AS given_id,
    known.text_sha256 AS old_text_sha256,
    coalesce(known.published_at, known.first_seen_at)::DATE AS old_day,
    'replayed' AS action
FROM replayed_articles AS replayed
INNER JOIN articles AS known ON replayed.article_id = known.article_id;

MERGE INTO articles AS known
USING replayed_articles AS given
    ON known.article_id = given.article_id
WHEN MATCHED THEN UPDATE BY NAME;
