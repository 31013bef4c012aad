-- Addresses: an entry's link always, where redirects led to when it can identify an article. The first one stays.
INSERT INTO article_urls BY NAME
WITH requested AS (
    SELECT
        given.url_key,
        given.url,
        resolved.target_id AS article_id,
        'requested' AS kind,
        given.first_seen_at
    FROM shard_articles AS given
    INNER JOIN resolved_articles AS resolved ON given.article_id = resolved.article_id
    WHERE given.url_key IS NOT NULL
),

final_address AS (
    SELECT
        given.final_key AS url_key,
        given.final_url AS url,
        resolved.target_id AS article_id,
        'final' AS kind,
        given.first_seen_at
    FROM shard_articles AS given
    INNER JOIN resolved_articles AS resolved ON given.article_id = resolved.article_id
    WHERE given.final_key IS NOT NULL
),

both_kinds AS (
    SELECT * FROM requested
    UNION ALL
    SELECT * FROM final_address
)

SELECT
    *,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM both_kinds
WHERE url_key NOT IN (SELECT known.url_key FROM article_urls AS known)
QUALIFY row_number() OVER (PARTITION BY url_key ORDER BY kind DESC, article_id ASC) = 1;

-- an entry belongs to the article that its address leads to, else to the one that was made of it
UPDATE entries
SET article_id = known.article_id
FROM article_urls AS known
WHERE entries.article_id IS NULL AND entries.url_key = known.url_key;

UPDATE entries
SET article_id = written.article_id
FROM written_articles AS written
WHERE entries.article_id IS NULL AND entries.url_key IS NULL AND entries.entry_id = written.entry_id;
