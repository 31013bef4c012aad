-- How long after publication do we see an article?
-- How to read it: minutes, by outlet; only dates with a clock time count. The first days of a feed show its backlog, not
-- our delay: they are left out. A median far above the feed's interval means a feed that lists late, or dates without the
-- right zone; a negative one a clock that runs ahead.
-- Columns: source_name, n_articles, median_minutes, p90_minutes, interval_minutes
WITH timed AS (
    SELECT
        sources.name AS source_name,
        date_diff('minute', articles.published_at, articles.first_seen_at) AS late_minutes,
        feeds.interval_s / 60 AS interval_minutes
    FROM articles
    INNER JOIN feeds ON articles.feed_id = feeds.feed_id
    INNER JOIN sources ON articles.source_id = sources.source_id
    WHERE articles.published_precision IN ('second', 'minute') AND articles.published_at > feeds.added_at
),

final AS (
    SELECT
        source_name,
        count(*) AS n_articles,
        median(late_minutes) AS median_minutes,
        quantile_disc(late_minutes, 0.9) AS p90_minutes,
        round(min(interval_minutes)) AS interval_minutes
    FROM timed
    GROUP BY source_name
)

SELECT * FROM final
ORDER BY median_minutes DESC, source_name ASC;
