-- How far is each backfill? Its units and items, what it has spent, and how fast it went while it was worked.
CREATE OR REPLACE VIEW backfill_status AS
WITH unit_sums AS (
    SELECT
        backfill_id,
        count(*) AS n_units,
        count(*) FILTER (WHERE is_done) AS n_units_done,
        sum(n_items)::BIGINT AS n_items,
        sum(n_requests)::BIGINT AS n_requests,
        sum(n_bytes)::BIGINT AS n_bytes,
        sum(elapsed_s) AS worked_s,
        max(updated_at) FILTER (WHERE n_steps > 0) AS worked_at
    FROM backfill_units
    GROUP BY backfill_id
),

articles_had AS (
    SELECT
        backfill_id,
        count(*) AS n_articles
    FROM articles
    WHERE backfill_id IS NOT NULL
    GROUP BY backfill_id
),

final AS (
    SELECT
        backfills.backfill_id,
        backfills.source,
        backfills.first_day,
        backfills.last_day,
        CASE
            WHEN coalesce(unit_sums.n_units_done, 0) = coalesce(unit_sums.n_units, 0) THEN 'done'
            WHEN coalesce(unit_sums.worked_at IS NULL, TRUE) THEN 'planned'
            ELSE 'begun'
        END AS state,
        coalesce(unit_sums.n_units, 0) AS n_units,
        coalesce(unit_sums.n_units_done, 0) AS n_units_done,
        coalesce(unit_sums.n_items, 0) AS n_items,
        backfills.n_expected,
        coalesce(articles_had.n_articles, 0) AS n_articles,
        coalesce(unit_sums.n_requests, 0) AS n_requests,
        coalesce(unit_sums.n_bytes, 0) AS n_bytes,
        coalesce(unit_sums.worked_s, 0) / 3600 AS hours_worked,
        unit_sums.n_items / nullif(unit_sums.worked_s, 0) * 3600 AS items_per_hour,
        greatest(backfills.n_expected - unit_sums.n_items, 0) / nullif(items_per_hour, 0) AS hours_left,
        backfills.cannot_be_had,
        backfills.created_at,
        unit_sums.worked_at
    FROM backfills
    LEFT JOIN unit_sums ON backfills.backfill_id = unit_sums.backfill_id
    LEFT JOIN articles_had ON backfills.backfill_id = articles_had.backfill_id
)

SELECT * FROM final
ORDER BY created_at;

COMMENT ON VIEW backfill_status IS 'How far each backfill is, one row a backfill.';
COMMENT ON COLUMN backfill_status.backfill_id IS 'id of the backfill';
COMMENT ON COLUMN backfill_status.source IS 'source of the past';
COMMENT ON COLUMN backfill_status.first_day IS 'first day wanted';
COMMENT ON COLUMN backfill_status.last_day IS 'last day wanted';
COMMENT ON COLUMN backfill_status.state IS 'planned, begun or done';
COMMENT ON COLUMN backfill_status.n_units IS 'units: files, lists, days of snapshots …';
COMMENT ON COLUMN backfill_status.n_units_done IS 'of them, units of which nothing is left';
COMMENT ON COLUMN backfill_status.n_items IS 'items that ended in an outcome';
COMMENT ON COLUMN backfill_status.n_expected IS 'items that the plan expected; NULL where that can''t be told';
COMMENT ON COLUMN backfill_status.n_articles IS 'articles that it found first';
COMMENT ON COLUMN backfill_status.n_requests IS 'requests made';
COMMENT ON COLUMN backfill_status.n_bytes IS 'bytes fetched';
COMMENT ON COLUMN backfill_status.hours_worked IS 'time that its steps took, hours';
COMMENT ON COLUMN backfill_status.items_per_hour IS 'items an hour while it was worked';
COMMENT ON COLUMN backfill_status.hours_left IS 'hours for what the plan expected further, at that pace; NULL where it can''t be told';
COMMENT ON COLUMN backfill_status.cannot_be_had IS 'what the plan knew that can''t be had, and why';
COMMENT ON COLUMN backfill_status.created_at IS 'when it was planned, UTC';
COMMENT ON COLUMN backfill_status.worked_at IS 'when a step was last loaded, UTC; NULL before the first';
