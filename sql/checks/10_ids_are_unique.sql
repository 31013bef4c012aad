-- No id stands twice in its table. The tables have no keys: the merges of sql/load/ alone keep them unique. The large
-- tables have files of their own: several large GROUP BYs in one UNION ALL hang DuckDB 1.5.5 on fewer than four threads.
-- Of requests, which are only ever added, the newest two days are looked at: the older ones were when they were new.
WITH found AS (
    SELECT 'sources ' || source_id AS id FROM sources
    UNION ALL
    SELECT 'feeds ' || feed_id AS id FROM feeds
    UNION ALL
    SELECT 'fetches ' || fetch_id AS id FROM fetches
    WHERE requested_at >= (SELECT max(newest.requested_at) - INTERVAL 2 DAY FROM fetches AS newest)
    UNION ALL
    SELECT 'revisions ' || revision_id AS id FROM revisions
    UNION ALL
    SELECT 'revisions ' || article_id || ' number ' || n AS id FROM revisions
    UNION ALL
    SELECT 'rechecks ' || article_id || ' at ' || observed_at AS id FROM rechecks
    UNION ALL
    SELECT 'duplicates ' || article_id || ' of ' || original_id AS id FROM duplicates
    UNION ALL
    SELECT 'stories ' || story_id AS id FROM stories
    UNION ALL
    SELECT 'quarantine ' || quarantine_id AS id FROM quarantine
    UNION ALL
    SELECT 'batches ' || batch_id AS id FROM batches
    UNION ALL
    SELECT 'backfills ' || backfill_id AS id FROM backfills
    UNION ALL
    SELECT 'backfill_items ' || backfill_id || ' ' || item_id AS id FROM backfill_items
    UNION ALL
    SELECT 'schema_migrations ' || version AS id FROM schema_migrations
),

final AS (
    SELECT
        'ids_are_unique' AS check_name,
        'this id stands ' || count(*) || ' times in its table' AS what,
        id
    FROM found
    GROUP BY id
    HAVING count(*) > 1
)

SELECT * FROM final;
