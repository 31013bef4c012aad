-- What lookups in long tables go by: numbers of eight bytes, the same in every release of DuckDB (hash() is not).
-- (sqlfluff takes the names of the arguments for types.)
CREATE OR REPLACE MACRO key_hash(key) AS md5_number_lower(key); -- noqa: CP05
-- feed, address and title of an entry; NULL where one of them is
CREATE OR REPLACE MACRO place_hash(feed_id, url_key, title) AS ( -- noqa: CP05
    md5_number_lower(feed_id || chr(31) || url_key || chr(31) || title)
);
-- what a sight of an entry said, its time apart
CREATE OR REPLACE MACRO sight_md5(link, title, summary, content, authors, categories, published_raw, updated_at) AS ( -- noqa: CP05
    md5(
        concat_ws(
            chr(31),
            coalesce(link, chr(30)),
            coalesce(title, chr(30)),
            coalesce(summary, chr(30)),
            coalesce(content, chr(30)),
            coalesce(array_to_string(authors, chr(29)), chr(30)),
            coalesce(array_to_string(categories, chr(29)), chr(30)),
            coalesce(published_raw, chr(30)),
            coalesce(updated_at::VARCHAR, chr(30))
        )
    )
);
