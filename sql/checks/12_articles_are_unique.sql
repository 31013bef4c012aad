-- An article stands once in articles.
WITH final AS (
    SELECT
        'articles_are_unique' AS check_name,
        'the article stands ' || count(*) || ' times in articles' AS what,
        article_id AS id
    FROM articles
    GROUP BY article_id
    HAVING count(*) > 1
)

SELECT * FROM final;
