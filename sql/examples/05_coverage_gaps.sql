-- On which days do we have less than we should have?
-- How to read it: feeds_missing are feeds that never answered on the day. With n_feeds_asked at 0 we didn't run. The
-- share of a usual day is against the median of the four weeks before: far below 1 with no feed missing is a quiet day, or
-- a feed that answers without saying anything new.
-- Columns: day, n_articles, share_of_usual, n_feeds_expected, n_feeds_asked, feeds_missing, n_undated
WITH days AS (
    SELECT
        *,
        median(n_articles) OVER (ORDER BY day ROWS BETWEEN 28 PRECEDING AND 1 PRECEDING) AS usual
    FROM coverage_daily
    WHERE n_feeds_expected > 0
),

final AS (
    SELECT
        day,
        n_articles,
        round(n_articles / nullif(usual, 0), 2) AS share_of_usual,
        n_feeds_expected,
        n_feeds_asked,
        n_feeds_expected - n_feeds_answered AS feeds_missing,
        n_undated
    FROM days
)

SELECT * FROM final
WHERE feeds_missing > 0 OR share_of_usual < 0.5
ORDER BY day DESC;
