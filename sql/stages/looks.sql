-- All looks at the articles whose new looks told something.
SELECT * EXCLUDE (run_id, code_version)
FROM rechecks
WHERE article_id IN (SELECT looks.article_id FROM new_rechecks AS looks WHERE looks.state IS NOT NULL);
