-- What lookups in long tables go by: numbers of eight bytes, the same in every release of DuckDB (hash() is not).
-- (sqlfluff takes the names of the arguments for types.)
CREATE OR REPLACE MACRO key_hash(key) AS md5_number_lower(key); -- noqa: CP05
-- feed, address and title of an entry; NULL where one of them is
CREATE OR REPLACE MACRO place_hash(feed_id, url_key, title) AS ( -- noqa: CP05
    md5_number_lower(feed_id || chr(31) || url_key || chr(31) || title)
);
