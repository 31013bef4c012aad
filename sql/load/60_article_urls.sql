-- Addresses: an entry's link and where redirects led to always, what pages declare where it is borne out; with the reason
-- where it isn't. Which, says pipeline/identity.py.
MERGE INTO article_urls AS known
USING (
    SELECT
        *,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM resolved_addresses
) AS given
    ON known.url_key = given.url_key AND known.article_id = given.article_id
WHEN MATCHED AND (known.kind, known.reason) IS DISTINCT FROM (given.kind, given.reason) THEN UPDATE SET
    kind = given.kind,
    reason = given.reason,
    run_id = given.run_id,
    code_version = given.code_version
WHEN NOT MATCHED THEN INSERT BY NAME;

-- an entry belongs to the article that was made of it, else to the one that its address leads to
UPDATE entries
SET article_id = resolved.target_id
FROM shard_articles AS given
INNER JOIN resolved_articles AS resolved ON given.article_id = resolved.article_id
INNER JOIN written_articles AS written ON resolved.target_id = written.article_id
WHERE entries.entry_id = given.entry_id AND (entries.article_id IS NULL OR written.action = 'new');

UPDATE entries
SET article_id = known.article_id
FROM article_urls AS known
WHERE
    entries.article_id IS NULL
    AND entries.url_key = known.url_key
    AND known.reason IS NULL
    AND known.kind IN ('requested', 'final');
