-- Who had it first, and who followed?
-- How to read it: the story with the most outlets, article by article; a row with duplicate_of is a copy. told_at_is "seen"
-- marks a time that is ours for want of a date.
-- Columns: place, told_at, told_at_is, minutes_after_first, source_name, country, title, is_original, duplicate_of, url
WITH largest AS (
    SELECT story_id FROM conflict_stories
    ORDER BY n_sources DESC, n_articles DESC, story_id ASC
    LIMIT 1
),

final AS (
    SELECT
        place, told_at, told_at_is, minutes_after_first, source_name, country, title, is_original, duplicate_of, url
    FROM story_timeline
    WHERE story_id IN (SELECT largest.story_id FROM largest)
)

SELECT * FROM final
ORDER BY place;
