-- Which reports were changed after publication, and how?
-- How to read it: one row a revision, newest first; kind "toll" is a changed number of dead or wounded. removed and added
-- are sentences.
-- Columns: observed_at, source_name, kind, what, title_before, title_after, removed, added, url
WITH final AS (
    SELECT observed_at, source_name, kind, what, title_before, title_after, removed, added, url FROM revisions_diff
)

SELECT * FROM final
ORDER BY observed_at DESC, url ASC;
