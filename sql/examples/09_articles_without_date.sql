-- Which conflict articles have no date, and what was said about their dates?
-- How to read it: published_reason says in short why none was taken; said lists what was written, by whom. An outlet with
-- many rows writes its dates in a way that we don't read: tell us.
-- Columns: source_name, title, first_seen_at, published_reason, said, url
WITH said AS (
    SELECT
        article_id,
        list(origin || ': ' || raw ORDER BY origin, raw) AS said
    FROM date_candidates
    GROUP BY article_id
),

final AS (
    SELECT
        articles.source_name,
        articles.title,
        articles.first_seen_at,
        articles.published_reason,
        said.said,
        articles.url
    FROM conflict_articles AS articles
    LEFT JOIN said ON articles.article_id = said.article_id
    WHERE articles.published_at IS NULL
)

SELECT * FROM final
ORDER BY source_name ASC, first_seen_at DESC;
