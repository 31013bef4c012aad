-- An article is in no more than one story.
WITH final AS (
    SELECT
        'memberships_are_unique' AS check_name,
        'the article is in ' || count(*) || ' stories' AS what,
        article_id AS id
    FROM story_articles
    GROUP BY article_id
    HAVING count(*) > 1
)

SELECT * FROM final;
