-- Strikes add up, one row a case; a case without strikes takes back those that are known.
MERGE INTO quarantine AS known
USING (
    SELECT
        *,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM shard_quarantine
    QUALIFY row_number() OVER (PARTITION BY quarantine_id ORDER BY quarantined_at DESC) = 1
) AS given
    ON known.quarantine_id = given.quarantine_id
WHEN MATCHED AND given.n_strikes = 0 THEN DELETE
WHEN MATCHED AND given.quarantined_at > known.quarantined_at THEN UPDATE SET
    n_strikes = known.n_strikes + given.n_strikes,
    reason = given.reason,
    raw_ref = given.raw_ref,
    quarantined_at = given.quarantined_at,
    run_id = given.run_id,
    code_version = given.code_version
WHEN NOT MATCHED AND given.n_strikes > 0 THEN INSERT BY NAME;
