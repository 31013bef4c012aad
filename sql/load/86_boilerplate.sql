-- A version's paragraphs never change; how often and when they were seen does.
MERGE INTO boilerplate AS known
USING (
    SELECT
        *,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM shard_boilerplate
    QUALIFY row_number() OVER (PARTITION BY host, version, paragraph_sha256 ORDER BY used_at DESC) = 1
) AS given
    ON
        known.host = given.host
        AND known.version = given.version
        AND known.paragraph_sha256 = given.paragraph_sha256
WHEN MATCHED AND given.used_at > known.used_at THEN UPDATE SET
    n_pages = given.n_pages,
    seen_at = given.seen_at,
    used_at = given.used_at,
    run_id = given.run_id,
    code_version = given.code_version
WHEN NOT MATCHED THEN INSERT BY NAME;
