-- An address key leads to one article, so that the same address never makes a second one.
WITH final AS (
    SELECT
        'addresses_lead_to_one_article' AS check_name,
        'article_urls has this key more than once, for ' || string_agg(article_id, ', ') AS what,
        url_key AS id
    FROM article_urls
    GROUP BY url_key
    HAVING count(*) > 1
)

SELECT * FROM final;
