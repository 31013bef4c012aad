-- The first day that anything lies on of the stories which this load may change: their originals, and the copies of
-- these, which may be older (an agency's own article is the original though it came last).
WITH story_days AS (
    SELECT story_day FROM story_documents
    WHERE day >= getvariable('copies_from')::DATE
    UNION ALL
    SELECT story_day FROM stale_documents
),

began AS (
    SELECT least(getvariable('copies_from')::DATE, min(story_day)) AS day FROM story_days
),

final AS (
    SELECT least(any_value(began.day), min(copies.day)) AS day
    FROM began
    LEFT JOIN duplicates AS copies ON began.day <= copies.original_day
)

SELECT day FROM final;
