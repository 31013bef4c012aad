-- Every article has its judgement, and every judgement its article; that none has two, judgements_are_unique says.
WITH final AS (
    SELECT
        'articles_are_judged' AS check_name,
        'the article has no row in relevance' AS what,
        articles.article_id AS id
    FROM articles
    ANTI JOIN relevance AS known ON articles.article_id = known.article_id
    WHERE is_checked(articles.run_id)
    UNION ALL
    SELECT
        'articles_are_judged' AS check_name,
        'the row in relevance has no article' AS what,
        relevance.article_id AS id
    FROM relevance
    ANTI JOIN articles AS known ON relevance.article_id = known.article_id
    WHERE is_checked(relevance.run_id)
)

SELECT * FROM final;
