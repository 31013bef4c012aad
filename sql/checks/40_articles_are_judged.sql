-- Every article has its judgement, and every judgement its article; that none has two, judgements_are_unique says.
WITH final AS (
    SELECT
        'articles_are_judged' AS check_name,
        CASE
            WHEN relevance.article_id IS NULL THEN 'the article has no row in relevance'
            ELSE 'the row in relevance has no article'
        END AS what,
        coalesce(articles.article_id, relevance.article_id) AS id
    FROM articles
    FULL JOIN relevance ON articles.article_id = relevance.article_id
    WHERE articles.article_id IS NULL OR relevance.article_id IS NULL
)

SELECT * FROM final;
