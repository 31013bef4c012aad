-- In which languages do we read about conflict, and how surely?
-- How to read it: mean_score near 0.5 or a large n_review beside n_kept says that judgements in this language are weak:
-- read the review queue (10) before you count.
-- Columns: language, n_kept, n_review, n_collected, mean_score
WITH final AS (
    SELECT
        coalesce(split_part(articles.language, '-', 1), 'not told') AS language,
        count(*) FILTER (WHERE relevance.label = 'keep') AS n_kept,
        count(*) FILTER (WHERE relevance.label = 'review') AS n_review,
        count(*) AS n_collected,
        round(avg(relevance.score) FILTER (WHERE relevance.label = 'keep'), 2) AS mean_score
    FROM articles
    INNER JOIN relevance ON articles.article_id = relevance.article_id
    GROUP BY ALL
)

SELECT * FROM final
ORDER BY n_kept DESC, language ASC;
