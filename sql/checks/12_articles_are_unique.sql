-- An article stands once in articles.
WITH final AS (
    SELECT
        'articles_are_unique' AS check_name,
        'the article stands ' || count(*) || ' times in articles' AS what,
        article_id AS id
    FROM articles
    WHERE article_id IN (SELECT checked.article_id FROM articles AS checked WHERE is_checked(checked.run_id))
    GROUP BY article_id
    HAVING count(*) > 1
)

SELECT * FROM final;
