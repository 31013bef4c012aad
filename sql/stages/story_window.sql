-- The originals of one day and of the days before it that it may carry on, in order of time.
WITH final AS (
    SELECT
        article_id,
        day,
        story_id,
        story_day,
        told_at,
        words_md5
    FROM story_documents
    WHERE
        day BETWEEN getvariable('story_day')::DATE - getvariable('story_window_days')::INTEGER
        AND getvariable('story_day')::DATE
)

SELECT
    article_id,
    day,
    story_id,
    story_day
FROM final
ORDER BY told_at, words_md5, article_id;
