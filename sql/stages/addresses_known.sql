-- What is known of the addresses that the incoming articles mention, and of the articles behind them.
CREATE OR REPLACE TEMP TABLE address_places AS
SELECT rowid AS place FROM article_urls
WHERE key_hash IN (SELECT key_hash(mentioned.url_key) FROM mentioned_keys AS mentioned);

CREATE OR REPLACE TEMP TABLE addresses_by_key AS
SELECT
    url_key,
    url,
    article_id,
    kind,
    reason,
    first_seen_at
FROM article_urls
WHERE
    rowid IN (SELECT places.place FROM address_places AS places)
    AND url_key IN (SELECT mentioned.url_key FROM mentioned_keys AS mentioned);

CREATE OR REPLACE TEMP TABLE mentioned_articles AS
SELECT article_id FROM addresses_by_key
UNION
SELECT articles.article_id FROM articles
WHERE articles.article_id IN (SELECT given.article_id FROM shard_articles AS given);

CREATE OR REPLACE TEMP TABLE mentioned_addresses AS
SELECT * FROM addresses_by_key
UNION
SELECT
    url_key,
    url,
    article_id,
    kind,
    reason,
    first_seen_at
FROM article_urls
WHERE article_id IN (SELECT mentioned.article_id FROM mentioned_articles AS mentioned);

CREATE OR REPLACE TEMP TABLE known_articles AS
SELECT * FROM articles
WHERE article_id IN (SELECT mentioned.article_id FROM mentioned_articles AS mentioned);

CREATE OR REPLACE TEMP TABLE candidates_known AS
SELECT
    article_id,
    url,
    url_key,
    final_url,
    NULL::VARCHAR AS final_key,
    canonical_url,
    amp_url,
    title,
    CASE WHEN text_from = 'page' THEN coalesce(first_text, text) END AS text,
    published_at,
    first_seen_at
FROM known_articles;
