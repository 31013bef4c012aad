-- Which of the polled entries are not known yet; by the same rule as pipeline/load/gather.py.
WITH known_names AS (
    SELECT name_hash FROM entry_names
    WHERE
        name_hash IN (SELECT key_hash(asked.entry_id) FROM shard_entries AS asked)
        OR name_hash IN (SELECT place_hash(asked.feed_id, asked.url_key, asked.title) FROM shard_entries AS asked)
),

final AS (
    SELECT given.*
    FROM shard_entries AS given
    WHERE
        key_hash(given.entry_id) NOT IN (SELECT known.name_hash FROM known_names AS known)
        AND NOT coalesce(
            place_hash(given.feed_id, given.url_key, given.title) IN (SELECT known.name_hash FROM known_names AS known),
            FALSE
        )
)

SELECT * FROM final;
