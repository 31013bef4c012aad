-- Which stories rest on many independent reports, and which on one that everybody copied?
-- How to read it: n_independent counts a wire text once however many outlets ran it; 1 beside a large n_articles is one
-- source with many mouths.
-- Columns: story_id, first_published_at, headline, n_articles, n_sources, n_independent, articles_a_report, countries
WITH final AS (
    SELECT
        story_id,
        first_published_at,
        headline,
        n_articles,
        n_sources,
        n_independent,
        round(n_articles / nullif(n_independent, 0), 1) AS articles_a_report,
        countries
    FROM conflict_stories
    WHERE n_articles > 1
)

SELECT * FROM final
ORDER BY articles_a_report DESC NULLS LAST, n_articles DESC, story_id ASC;
