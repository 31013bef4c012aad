-- What the incoming entries are known by, and which entry bore these names before.
CREATE OR REPLACE TEMP TABLE given_names AS
SELECT
    entry_id,
    key_hash(entry_id) AS id_hash,
    place_hash(feed_id, url_key, title) AS place_hash
FROM shard_entries;

CREATE OR REPLACE TEMP TABLE known_names AS
SELECT
    name_hash,
    id_hash
FROM entry_names
WHERE
    name_hash IN (SELECT given.id_hash FROM given_names AS given)
    OR name_hash IN (SELECT given.place_hash FROM given_names AS given);
