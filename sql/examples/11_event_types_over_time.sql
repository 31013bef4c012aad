-- Which types of event are reported, week by week?
-- How to read it: types are ACLED's names, given by words in the text, not by a coder; an article may name several and then
-- counts for each. week is its Monday.
-- Columns: week, event_type, n_articles, n_outlets, mean_score
WITH named AS (
    SELECT
        date_trunc('week', coalesce(published_at, first_seen_at))::DATE AS week,
        source_id,
        unnest(types) AS named
    FROM conflict_articles
    WHERE about = 'event'
),

final AS (
    SELECT
        week,
        named.type AS event_type,
        count(*) AS n_articles,
        count(DISTINCT source_id) AS n_outlets,
        round(avg(named.score), 2) AS mean_score
    FROM named
    GROUP BY ALL
)

SELECT * FROM final
ORDER BY week DESC, n_articles DESC, event_type ASC;
