-- Entries. An entry is known by its id; or, where a feed deals out a new guid at every poll, by feed, address and title.
CREATE OR REPLACE TEMP TABLE incoming_entries AS
WITH given AS (
    SELECT * FROM shard_entries
),

by_title AS (
    SELECT
        feed_id,
        url_key,
        title,
        min(entry_id) AS entry_id
    FROM entries
    WHERE feed_id IN (SELECT feed_id FROM given)
    GROUP BY feed_id, url_key, title
),

resolved AS (
    SELECT
        given.* REPLACE (
            coalesce(
                by_id.entry_id,
                by_title.entry_id,
                CASE
                    WHEN given.url_key IS NULL OR given.title IS NULL THEN given.entry_id
                    ELSE min(given.entry_id) OVER (PARTITION BY given.feed_id, given.url_key, given.title)
                END
            ) AS entry_id
        ),
        given.entry_id AS given_id,
        by_id.entry_id IS NULL AND by_title.entry_id IS NULL AS is_new
    FROM given
    LEFT JOIN entries AS by_id ON given.entry_id = by_id.entry_id
    LEFT JOIN by_title
        ON
            given.feed_id = by_title.feed_id
            AND given.url_key = by_title.url_key
            AND given.title = by_title.title
)

SELECT
    * EXCLUDE (given_id),
    NULL::TIMESTAMP AS changed_at,
    NULL::VARCHAR AS article_id,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM resolved
QUALIFY row_number() OVER (PARTITION BY entry_id ORDER BY last_seen_at DESC, given_id ASC) = 1;

MERGE INTO entries AS known
USING (SELECT * EXCLUDE (is_new) FROM incoming_entries) AS given
    ON known.entry_id = given.entry_id
WHEN MATCHED AND hash(known.title, known.summary, known.content, known.published_raw)
<> hash(given.title, given.summary, given.content, given.published_raw)
AND given.last_seen_at >= known.last_seen_at THEN UPDATE SET
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
    last_seen_at = given.last_seen_at,
    changed_at = given.last_seen_at,
    run_id = given.run_id,
    code_version = given.code_version
WHEN MATCHED AND given.last_seen_at > known.last_seen_at THEN UPDATE SET
    last_seen_at = given.last_seen_at
WHEN NOT MATCHED THEN INSERT BY NAME;
