-- The articles in wanted_articles, all of them first seen in the given span, and their labels so far.
WITH final AS (
    SELECT
        articles,
        relevance.label
    FROM articles
    INNER JOIN relevance ON articles.article_id = relevance.article_id
    WHERE
        articles.first_seen_at BETWEEN getvariable('rescored_from') AND getvariable('rescored_until')
        AND articles.article_id IN (SELECT wanted.article_id FROM wanted_articles AS wanted)
)

SELECT * FROM final
ORDER BY articles.article_id;
