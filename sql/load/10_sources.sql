-- Outlets, as the feeds name them.
MERGE INTO sources AS known
USING (
    SELECT
        source_id,
        min(outlet) AS name,
        min(country) AS country,
        min(kind) AS kind,
        min(added_at) AS first_seen_at,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM shard_feeds
    GROUP BY source_id

    UNION ALL

    SELECT
        source_id,
        min(name) AS name,
        NULL AS country,
        NULL AS kind,
        min(first_seen_at) AS first_seen_at,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM shard_sources
    WHERE
        source_id NOT IN (SELECT shard_feeds.source_id FROM shard_feeds)
        AND source_id NOT IN (SELECT sources.source_id FROM sources)
    GROUP BY source_id
) AS given
    ON known.source_id = given.source_id
WHEN MATCHED AND (known.name, known.country, known.kind) IS DISTINCT FROM (given.name, given.country, given.kind)
    THEN UPDATE SET
    name = given.name,
    country = coalesce(given.country, known.country),
    kind = coalesce(given.kind, known.kind),
    run_id = given.run_id,
    code_version = given.code_version
WHEN NOT MATCHED THEN INSERT BY NAME;
