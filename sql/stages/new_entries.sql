-- Which of the polled entries are not known yet; by the same rule as sql/load/40_entries.sql.
WITH given AS (
    SELECT * FROM shard_entries
),

by_title AS (
    SELECT DISTINCT
        feed_id,
        url_key,
        title
    FROM entries
    WHERE feed_id IN (SELECT given.feed_id FROM given)
),

final AS (
    SELECT given.*
    FROM given
    LEFT JOIN by_title
        ON
            given.feed_id = by_title.feed_id
            AND given.url_key = by_title.url_key
            AND given.title = by_title.title
    WHERE
        by_title.feed_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM entries AS known WHERE known.entry_id = given.entry_id)
)

SELECT * FROM final;
