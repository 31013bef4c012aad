-- The ledger row, in the transaction of the rows that it counts.
INSERT INTO batches BY NAME
SELECT
    getvariable('batch_id') AS batch_id,
    getvariable('kind') AS kind,
    getvariable('loaded_at')::TIMESTAMP AS loaded_at,
    getvariable('n_shards') AS n_shards,
    (SELECT count(*) FROM shard_fetches) AS n_fetches,
    (SELECT count(*) FROM incoming_entries WHERE is_new) AS n_entries,
    (SELECT count(*) FROM written_articles WHERE action = 'new') AS n_articles,
    (
        SELECT count(*) FROM written_articles
        WHERE action IN ('page came', 'seen earlier', 'replayed')
    ) AS n_articles_changed,
    getvariable('n_duplicates') AS n_duplicates,
    (SELECT count(*) FROM new_rechecks) AS n_rechecks,
    (SELECT count(*) FROM new_revisions) AS n_revisions,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version;
