-- What we should have and have, day by day, with a row for days on which nothing came.
--
-- The day of an entry or article is its publication day, UTC, else (undated) the day on which we first saw it; the day of
-- the n_feeds columns is the day of the request. A feed is expected from the day on which we knew of it; one that the
-- feeds file no longer lists, until it was last asked.
CREATE OR REPLACE VIEW coverage_daily AS
WITH entry_days AS (
    SELECT
        coalesce(published_at, first_seen_at)::DATE AS day,
        count(*) AS n_entries
    FROM entries
    GROUP BY ALL
),

article_days AS (
    SELECT
        coalesce(published_at, first_seen_at)::DATE AS day,
        count(*) AS n_articles,
        count(*) FILTER (WHERE text_from = 'page') AS n_from_page,
        count(*) FILTER (WHERE text_from = 'feed') AS n_from_feed,
        count(*) FILTER (WHERE published_at IS NULL) AS n_undated
    FROM articles
    GROUP BY ALL
),

conflict_days AS (
    SELECT
        coalesce(published_at, first_seen_at)::DATE AS day,
        count(*) AS n_conflict_articles
    FROM conflict_articles
    GROUP BY ALL
),

poll_days AS (
    SELECT
        fetches.requested_at::DATE AS day,
        count(DISTINCT fetches.feed_id) AS n_feeds_asked,
        count(DISTINCT fetches.feed_id) FILTER (WHERE outcomes.is_ok) AS n_feeds_answered
    FROM fetches
    LEFT JOIN outcomes ON fetches.outcome = outcomes.outcome
    WHERE fetches.kind = 'feed'
    GROUP BY ALL
),

-- every day since we began, and the earlier ones of which something was found
days AS (
    SELECT unnest(generate_series(min(day), max(day), INTERVAL 1 DAY))::DATE AS day FROM poll_days
    UNION
    SELECT day FROM entry_days
    UNION
    SELECT day FROM article_days
),

expected_days AS (
    SELECT
        poll_days.day,
        count(feeds.feed_id) AS n_feeds_expected
    FROM days AS poll_days
    LEFT JOIN feeds
        ON
            poll_days.day >= feeds.added_at::DATE
            AND (feeds.is_active OR poll_days.day <= feeds.last_polled_at::DATE)
    GROUP BY poll_days.day
),

final AS (
    SELECT
        days.day,
        coalesce(entry_days.n_entries, 0) AS n_entries,
        coalesce(article_days.n_articles, 0) AS n_articles,
        coalesce(article_days.n_from_page, 0) AS n_from_page,
        coalesce(article_days.n_from_feed, 0) AS n_from_feed,
        coalesce(article_days.n_undated, 0) AS n_undated,
        coalesce(conflict_days.n_conflict_articles, 0) AS n_conflict_articles,
        expected_days.n_feeds_expected,
        coalesce(poll_days.n_feeds_asked, 0) AS n_feeds_asked,
        coalesce(poll_days.n_feeds_answered, 0) AS n_feeds_answered
    FROM days
    INNER JOIN expected_days ON days.day = expected_days.day
    LEFT JOIN entry_days ON days.day = entry_days.day
    LEFT JOIN article_days ON days.day = article_days.day
    LEFT JOIN conflict_days ON days.day = conflict_days.day
    LEFT JOIN poll_days ON days.day = poll_days.day
)

SELECT * FROM final
ORDER BY day;

COMMENT ON VIEW coverage_daily IS 'What we should have and have, one row a day, also for days on which nothing came.';
COMMENT ON COLUMN coverage_daily.day IS 'day, UTC: of publication, else first seen, for entries and articles; of the request for the n_feeds columns';
COMMENT ON COLUMN coverage_daily.n_entries IS 'entries that feeds listed for the day';
COMMENT ON COLUMN coverage_daily.n_articles IS 'articles of the day, conflict or not, copies included';
COMMENT ON COLUMN coverage_daily.n_from_page IS 'of them, articles whose text is from the page';
COMMENT ON COLUMN coverage_daily.n_from_feed IS 'of them, articles for which the feed''s own words stand in';
COMMENT ON COLUMN coverage_daily.n_undated IS 'of them, articles without a publication date, counted on the day on which we first saw them';
COMMENT ON COLUMN coverage_daily.n_conflict_articles IS 'rows of conflict_articles of the day';
COMMENT ON COLUMN coverage_daily.n_feeds_expected IS 'feeds that we knew of and wanted on the day';
COMMENT ON COLUMN coverage_daily.n_feeds_asked IS 'feeds that were asked on the day; fewer than expected: we didn''t run, or they were not due';
COMMENT ON COLUMN coverage_daily.n_feeds_answered IS 'feeds that answered as asked at least once on the day; fewer than asked: see feed_health';
