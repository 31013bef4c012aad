-- Backfills, their units and their items. A unit is moved on only by the step that follows the one that stands, so that a
-- step that was run twice, or by two processes, counts once.
MERGE INTO backfills AS known
USING (
    SELECT
        *,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM shard_backfills
) AS given
    ON known.backfill_id = given.backfill_id
WHEN MATCHED THEN UPDATE SET
    max_requests = given.max_requests,
    max_bytes = given.max_bytes,
    max_hosts = given.max_hosts,
    max_hours = given.max_hours,
    n_expected = given.n_expected,
    cannot_be_had = given.cannot_be_had,
    run_id = given.run_id,
    code_version = given.code_version
WHEN NOT MATCHED THEN INSERT BY NAME;

MERGE INTO backfill_units AS known
USING (
    SELECT
        *,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM shard_backfill_units
    QUALIFY row_number() OVER (PARTITION BY backfill_id, unit_id ORDER BY n_steps DESC) = 1
) AS given
    ON known.backfill_id = given.backfill_id AND known.unit_id = given.unit_id
WHEN MATCHED AND given.n_steps = known.n_steps + 1 THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

INSERT INTO backfill_items BY NAME
SELECT
    given.* REPLACE (coalesce(resolved.target_id, given.article_id) AS article_id),
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM shard_backfill_items AS given
LEFT JOIN resolved_articles AS resolved ON given.article_id = resolved.article_id
WHERE
    given.item_id NOT IN (
        SELECT known.item_id FROM backfill_items AS known
        WHERE
            known.backfill_id IN (SELECT asked.backfill_id FROM shard_backfill_items AS asked)
            AND known.unit_id IN (SELECT asked.unit_id FROM shard_backfill_items AS asked)
    )
QUALIFY row_number() OVER (PARTITION BY given.backfill_id, given.item_id ORDER BY given.outcome ASC) = 1;
