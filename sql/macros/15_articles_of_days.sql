-- The articles that count for the days from `first_day` to `last_day`, both in: by publication, else by first sight.
-- Two scans, each with a range on one column, so that the rows of other days are not even read.
CREATE OR REPLACE MACRO articles_of_days(first_day, last_day) AS TABLE -- noqa: CP05
    SELECT * FROM articles
    WHERE published_at >= first_day::DATE AND published_at < last_day::DATE + INTERVAL 1 DAY
    UNION ALL
    SELECT * FROM articles
    WHERE published_at IS NULL AND first_seen_at >= first_day::DATE AND first_seen_at < last_day::DATE + INTERVAL 1 DAY;
