-- The words of a range of articles, and their labels so far.
WITH final AS (
    SELECT
        articles.article_id,
        articles.title,
        articles.lead,
        articles.text,
        articles.language,
        articles.text_sha256,
        relevance.label
    FROM articles
    INNER JOIN relevance ON articles.article_id = relevance.article_id
    WHERE articles.article_id BETWEEN getvariable('rescored_from') AND getvariable('rescored_until')
)

SELECT * FROM final
ORDER BY article_id;
