-- An address key leads to one article, so that the same address never makes a second one; what it led to before it was
-- used again, and what a page claims in vain, has a reason beside it and doesn't count.
WITH final AS (
    SELECT
        'addresses_lead_to_one_article' AS check_name,
        'article_urls has this key more than once, for ' || string_agg(article_id, ', ') AS what,
        url_key AS id
    FROM article_urls
    WHERE reason IS NULL
    GROUP BY url_key
    HAVING count(*) > 1
    UNION ALL
    SELECT
        'addresses_lead_to_one_article' AS check_name,
        'article_urls has this key twice for ' || article_id AS what,
        url_key AS id
    FROM article_urls
    GROUP BY url_key, article_id
    HAVING count(*) > 1
)

SELECT * FROM final;
