-- How much conflict reporting is there, day by day and by country of the outlet?
-- How to read it: one row a day and country; the country is where the outlet is, not where the fighting is. Undated
-- articles count on the day on which we first saw them. Watch n_outlets: a rise of articles with a rise of outlets is
-- news, with a new feed it is only a new feed.
-- Columns: day, country, n_articles, n_outlets
WITH final AS (
    SELECT
        coalesce(published_at, first_seen_at)::DATE AS day,
        coalesce(country, 'not stated') AS country,
        count(*) AS n_articles,
        count(DISTINCT source_id) AS n_outlets
    FROM conflict_articles
    GROUP BY ALL
)

SELECT * FROM final
ORDER BY day DESC, n_articles DESC, country ASC;
