-- Requests are only ever added; the day bound lets old row groups be skipped.
INSERT INTO fetches BY NAME
SELECT
    given.*,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM shard_fetches AS given
WHERE
    NOT EXISTS (
        SELECT 1 FROM fetches AS known
        WHERE
            known.fetch_id = given.fetch_id
            AND known.requested_at >= (SELECT min(requested_at) FROM shard_fetches)
    );
