-- The articles whose new looks told something: as they stand, and as they were first collected.
SELECT
    article_id,
    lead,
    text,
    CASE WHEN revised_at IS NULL THEN title ELSE first_title END AS first_title,
    CASE WHEN revised_at IS NULL THEN text ELSE first_text END AS first_text,
    CASE WHEN revised_at IS NULL THEN raw_ref ELSE first_raw_ref END AS first_raw_ref,
    coalesce(observed_at, fetched_at, first_seen_at) AS fetched_at
FROM articles
WHERE article_id IN (SELECT looks.article_id FROM new_rechecks AS looks WHERE looks.state IS NOT NULL);
