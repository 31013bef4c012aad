-- Which outlets report on conflict, and how large a share of what they publish is it?
-- How to read it: n_originals are their own rows in conflict_articles, n_copies what they took over from others that we
-- hold; share_of_conflict is over everything that we collected from them.
-- Columns: source_name, country, n_originals, n_copies, n_collected, share_of_conflict
WITH kept AS (
    SELECT
        source_id,
        count(*) FILTER (WHERE is_original) AS n_originals,
        count(*) FILTER (WHERE NOT is_original) AS n_copies
    FROM conflict_articles_with_copies
    GROUP BY source_id
),

collected AS (
    SELECT source_id, count(*) AS n_collected FROM articles
    GROUP BY source_id
),

final AS (
    SELECT
        sources.name AS source_name,
        sources.country,
        coalesce(kept.n_originals, 0) AS n_originals,
        coalesce(kept.n_copies, 0) AS n_copies,
        collected.n_collected,
        round((n_originals + n_copies) / collected.n_collected, 3) AS share_of_conflict
    FROM collected
    INNER JOIN sources ON collected.source_id = sources.source_id
    LEFT JOIN kept ON collected.source_id = kept.source_id
)

SELECT * FROM final
ORDER BY n_originals DESC, source_name ASC;
