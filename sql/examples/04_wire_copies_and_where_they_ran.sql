-- Which reports were copied most, and where did the copies run?
-- How to read it: one row an original; ran_in names the outlets of the copies, earliest first. An original is the earliest
-- that *we* hold: the agency itself may not be among our feeds.
-- Columns: article_id, published_at, source_name, title, n_copies, kinds, ran_in
WITH copies AS (
    SELECT
        duplicate_of,
        list(DISTINCT duplicate_kind) AS kinds,
        list(source_name ORDER BY published_at NULLS LAST, first_seen_at, article_id) AS ran_in
    FROM conflict_articles_with_copies
    WHERE NOT is_original
    GROUP BY duplicate_of
),

final AS (
    SELECT
        originals.article_id,
        originals.published_at,
        originals.source_name,
        originals.title,
        originals.n_copies,
        list_sort(copies.kinds) AS kinds,
        copies.ran_in
    FROM conflict_articles AS originals
    INNER JOIN copies ON originals.article_id = copies.duplicate_of
)

SELECT * FROM final
ORDER BY n_copies DESC, article_id ASC;
