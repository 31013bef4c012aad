-- The articles that this load wrote, each with the days that it counted on before and counts on now. What follows from
-- articles is brought up to date for these; the days bound how far back it has to look.
CREATE OR REPLACE TEMP TABLE written_days AS
SELECT
    article_id,
    least(old_day, coalesce(published_at, first_seen_at)::DATE) AS first_day,
    greatest(old_day, coalesce(published_at, first_seen_at)::DATE) AS last_day
FROM written_articles
WHERE action NOT IN ('known', 'tried again')
UNION
SELECT
    article_id,
    day AS first_day,
    day AS last_day
FROM revised_articles;
