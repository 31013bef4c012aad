-- Entries, each with its article: the one that was made of it, else the one that its address leads to.
CREATE OR REPLACE TEMP TABLE made_of_entries AS
SELECT
    given.entry_id,
    resolved.target_id AS article_id,
    written.action = 'new' AS is_new
FROM shard_articles AS given
INNER JOIN resolved_articles AS resolved ON given.article_id = resolved.article_id
INNER JOIN written_articles AS written ON resolved.target_id = written.article_id
WHERE given.entry_id IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY given.entry_id ORDER BY is_new DESC, resolved.target_id ASC) = 1;

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
    url_key IN (SELECT unmade.url_key FROM unmade)
    AND reason IS NULL
    AND kind IN ('requested', 'final')
GROUP BY url_key;

INSERT INTO entries BY NAME
SELECT
    incoming.* EXCLUDE (is_new),
    coalesce(made.article_id, addresses.article_id) AS article_id
FROM incoming_entries AS incoming
LEFT JOIN made_of_entries AS made ON incoming.entry_id = made.entry_id
LEFT JOIN entry_addresses AS addresses ON incoming.url_key = addresses.url_key
WHERE incoming.is_new;

-- the words of the latest sight stand
CREATE OR REPLACE TEMP TABLE seen_again AS
SELECT
    incoming.*,
    known.words_hash <> hash(incoming.title, incoming.summary, incoming.content, incoming.published_raw) AS is_changed
FROM incoming_entries AS incoming
INNER JOIN known_entries AS known ON incoming.entry_id = known.entry_id
WHERE incoming.last_seen_at >= known.last_seen_at;

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
    changed_at = given.last_seen_at,
    run_id = given.run_id,
    code_version = given.code_version
FROM seen_again AS given
WHERE entries.entry_id = given.entry_id AND given.is_changed;

UPDATE entries
SET last_seen_at = given.last_seen_at
FROM seen_again AS given
WHERE entries.entry_id = given.entry_id AND entries.last_seen_at < given.last_seen_at;

-- known entries whose article came now, or whose address was used again for another one
UPDATE entries
SET article_id = made.article_id
FROM made_of_entries AS made
WHERE
    made.entry_id NOT IN (SELECT incoming.entry_id FROM incoming_entries AS incoming WHERE incoming.is_new)
    AND entries.entry_id = made.entry_id
    AND (entries.article_id IS NULL OR made.is_new);

UPDATE entries
SET article_id = addresses.article_id
FROM (
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
) AS addresses
WHERE entries.article_id IS NULL AND entries.url_key = addresses.url_key;
