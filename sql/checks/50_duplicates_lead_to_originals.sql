-- A copy points to an original at once: never to itself, never to another copy.
WITH final AS (
    SELECT
        'duplicates_lead_to_originals' AS check_name,
        CASE
            WHEN article_id = original_id THEN 'the article is called a copy of itself'
            ELSE 'its original ' || original_id || ' is called a copy as well'
        END AS what,
        article_id AS id
    FROM duplicates
    WHERE article_id = original_id OR original_id IN (SELECT copies.article_id FROM duplicates AS copies)
)

SELECT * FROM final;
