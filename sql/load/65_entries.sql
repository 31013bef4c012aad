-- Entries, each with its article: the one that was made of it, else the one that its address leads to.
CREATE OR REPLACE TEMP TABLE made_of_entries AS
SELECT
    coalesce(ids.entry_id, given.entry_id) AS entry_id,
    resolved.target_id AS article_id,
    written.action = 'new' AS is_new
FROM shard_articles AS given
LEFT JOIN entry_ids AS ids ON given.entry_id = ids.given_id
INNER JOIN resolved_articles AS resolved ON given.article_id = resolved.article_id
INNER JOIN written_articles AS written ON resolved.target_id = written.article_id
WHERE given.entry_id IS NOT NULL
QUALIFY
        row_number() OVER (
            PARTITION BY coalesce(ids.entry_id, given.entry_id) ORDER BY is_new DESC, resolved.target_id ASC
        ) = 1;

-- where no article was made, the address may lead to one
CREATE OR REPLACE TEMP TABLE entry_addresses AS
WITH unmade AS (
    SELECT incoming.url_key FROM incoming_entries AS incoming
    LEFT JOIN known_entries AS known ON incoming.entry_id = known.entry_id
    WHERE
        known.article_id IS NULL
        AND incoming.entry_id NOT IN (SELECT made.entry_id FROM made_of_entries AS made)
)

SELECT
    url_key,
    min(article_id) AS article_id
FROM article_urls
WHERE
    key_hash IN (SELECT key_hash(unmade.url_key) FROM unmade)
    AND url_key IN (SELECT unmade.url_key FROM unmade)
    AND reason IS NULL
    AND kind IN ('requested', 'final')
GROUP BY url_key;

INSERT INTO entries BY NAME
SELECT
    incoming.* EXCLUDE (is_new, entry_md5),
    coalesce(made.article_id, addresses.article_id) AS article_id
FROM incoming_entries AS incoming
LEFT JOIN made_of_entries AS made ON incoming.entry_id = made.entry_id
LEFT JOIN entry_addresses AS addresses ON incoming.url_key = addresses.url_key
WHERE incoming.is_new;

UPDATE entries
SET
    link = given.link,
    title = given.title,
    summary = given.summary,
    content = given.content,
    authors = given.authors,
    categories = given.categories,
    published_raw = given.published_raw,
    published_at = given.published_at,
    published_precision = given.published_precision,
    published_reason = given.published_reason,
    updated_at = given.updated_at,
    run_id = given.run_id,
    code_version = given.code_version
FROM incoming_entries AS given
INNER JOIN known_entries AS known ON given.id_hash = known.id_hash
WHERE entries.id_hash = given.id_hash AND given.entry_md5 <> known.entry_md5;

UPDATE entries
SET
    first_seen_at = given.first_seen_at,
    last_seen_at = given.last_seen_at,
    said_otherwise_at = given.said_otherwise_at,
    observed_at = given.observed_at
FROM incoming_entries AS given
INNER JOIN known_entries AS known ON given.id_hash = known.id_hash
WHERE
    entries.id_hash = given.id_hash
    AND (given.first_seen_at, given.last_seen_at, given.said_otherwise_at, given.observed_at)
    IS DISTINCT FROM (known.first_seen_at, known.last_seen_at, known.said_otherwise_at, known.observed_at);

-- what entries are known by, and entries that turned out to be one with another
INSERT INTO entry_names BY NAME
SELECT
    *,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM settled_names
WHERE
    name_hash NOT IN (SELECT known.name_hash FROM known_names AS known)
    AND name_hash NOT IN (SELECT known.id_hash FROM known_names AS known);

CREATE OR REPLACE TEMP TABLE merged_entries AS
SELECT
    sights.entry_id,
    sights.id_hash,
    incoming.entry_id AS into_id,
    incoming.id_hash AS into_hash
FROM entry_sights AS sights
INNER JOIN incoming_entries AS incoming ON sights.of_hash = incoming.id_hash
WHERE sights.is_known AND sights.id_hash <> sights.of_hash;

DELETE FROM entries
WHERE id_hash IN (SELECT merged.id_hash FROM merged_entries AS merged);

UPDATE entry_names
SET id_hash = merged.into_hash
FROM merged_entries AS merged
WHERE entry_names.id_hash = merged.id_hash;

UPDATE articles
SET entry_id = merged.into_id
FROM merged_entries AS merged
WHERE articles.entry_id = merged.entry_id;

-- known entries whose article came now, or whose address was used again for another one
CREATE OR REPLACE TEMP TABLE settled_entries AS
WITH addresses AS (
    SELECT
        url_key,
        article_id
    FROM entry_addresses
    UNION
    SELECT
        url_key,
        article_id
    FROM resolved_addresses
    WHERE reason IS NULL AND kind IN ('requested', 'final')
)

SELECT
    entry_id,
    article_id,
    is_new
FROM made_of_entries
WHERE entry_id NOT IN (SELECT incoming.entry_id FROM incoming_entries AS incoming WHERE incoming.is_new)
UNION ALL
SELECT
    entries.entry_id,
    min(addresses.article_id) AS article_id,
    FALSE AS is_new
FROM entries
INNER JOIN addresses ON entries.url_key = addresses.url_key
WHERE entries.article_id IS NULL AND entries.entry_id NOT IN (SELECT made.entry_id FROM made_of_entries AS made)
GROUP BY entries.entry_id;

UPDATE entries
SET article_id = settled.article_id
FROM settled_entries AS settled
WHERE
    entries.id_hash = key_hash(settled.entry_id)
    AND entries.entry_id = settled.entry_id
    AND (entries.article_id IS NULL OR settled.is_new);
