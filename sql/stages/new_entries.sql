-- Which of the polled entries are not known yet; by the same rule as sql/load/40_incoming_entries.sql.
WITH final AS (
    SELECT given.*
    FROM shard_entries AS given
    WHERE
        key_hash(given.entry_id) NOT IN (
            SELECT known.id_hash FROM entries AS known
            WHERE known.id_hash IN (SELECT key_hash(asked.entry_id) FROM shard_entries AS asked)
        )
        AND NOT coalesce(
            place_hash(given.feed_id, given.url_key, given.title) IN (
                SELECT known.place_hash FROM entries AS known
                WHERE
                    known.place_hash IN (
                        SELECT place_hash(asked.feed_id, asked.url_key, asked.title) FROM shard_entries AS asked
                    )
            ), FALSE
        )
)

SELECT * FROM final;
