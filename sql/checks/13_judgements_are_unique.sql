-- An article has no more than one judgement; that it has one, articles_are_judged says.
WITH final AS (
    SELECT
        'judgements_are_unique' AS check_name,
        'the article has ' || count(*) || ' rows in relevance' AS what,
        article_id AS id
    FROM relevance
    GROUP BY article_id
    HAVING count(*) > 1
)

SELECT * FROM final;
