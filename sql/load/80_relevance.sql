-- One judgement an article, anew when its text is new.
DELETE FROM relevance
WHERE
    article_id IN (
        SELECT written.article_id FROM written_articles AS written
        WHERE written.action IN ('page came', 'seen earlier', 'replayed')
    );

INSERT INTO relevance BY NAME
SELECT
    given.* REPLACE (written.article_id AS article_id),
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM shard_relevance AS given
INNER JOIN written_articles AS written ON given.article_id = written.given_id
WHERE written.action IN ('new', 'page came', 'seen earlier', 'replayed');

-- and of an article whose standing text a recheck changed
CREATE OR REPLACE TEMP TABLE new_judgements AS
WITH rejudged AS (
    SELECT
        state,
        unnest(judgement) -- noqa: AL03
    FROM shard_rejudged
)

SELECT
    rejudged.* EXCLUDE (state),
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM rejudged
INNER JOIN revised_articles AS revised ON rejudged.article_id = revised.article_id AND rejudged.state = revised.state
QUALIFY row_number() OVER (PARTITION BY rejudged.article_id ORDER BY rejudged.score DESC) = 1;

DELETE FROM relevance
WHERE article_id IN (SELECT judged.article_id FROM new_judgements AS judged);

INSERT INTO relevance BY NAME
SELECT * FROM new_judgements;
