-- Which entry each incoming one is. An entry is known by its id; or, where a feed deals out a new guid at every poll, by
-- feed, address and title. They are written when their articles are known: see 65_entries.sql.
-- First the rows' places, by numbers alone, then the rows: to read both at once would read the long columns of all rows.
CREATE OR REPLACE TEMP TABLE entry_places AS
SELECT rowid AS place FROM entries
WHERE id_hash IN (SELECT key_hash(given.entry_id) FROM shard_entries AS given)
UNION
SELECT rowid AS place FROM entries
WHERE place_hash IN (SELECT place_hash(given.feed_id, given.url_key, given.title) FROM shard_entries AS given);

CREATE OR REPLACE TEMP TABLE known_entries AS
SELECT
    entry_id,
    feed_id,
    url_key,
    title,
    article_id,
    first_seen_at,
    last_seen_at,
    hash(title, summary, content, published_raw) AS words_hash
FROM entries
WHERE rowid IN (SELECT places.place FROM entry_places AS places);

CREATE OR REPLACE TEMP TABLE incoming_entries AS
WITH by_title AS (
    SELECT
        feed_id,
        url_key,
        title,
        min(entry_id) AS entry_id
    FROM known_entries
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
    FROM shard_entries AS given
    LEFT JOIN known_entries AS by_id ON given.entry_id = by_id.entry_id
    LEFT JOIN by_title
        ON
            given.feed_id = by_title.feed_id
            AND given.url_key = by_title.url_key
            AND given.title = by_title.title
)

SELECT
    * EXCLUDE (given_id),
    NULL::TIMESTAMP AS changed_at,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM resolved
QUALIFY row_number() OVER (PARTITION BY entry_id ORDER BY last_seen_at DESC, given_id ASC) = 1;
