-- No publication before 1990, nor more than 24 hours after we saw it: such dates are not taken. Of an article whose page
-- couldn't be had, what counts is when its text was made.
WITH dated AS (
    SELECT
        'article' AS kind,
        article_id AS id,
        published_at,
        coalesce(fetched_at, greatest(first_seen_at, extracted_at)) AS known_at
    FROM articles
    UNION ALL
    SELECT
        'entry' AS kind,
        entry_id AS id,
        published_at,
        last_seen_at AS known_at
    FROM entries
),

final AS (
    SELECT
        'dates_are_possible' AS check_name,
        'published_at of the ' || kind || ' is ' || published_at || ', known since ' || known_at AS what,
        id
    FROM dated
    WHERE published_at < TIMESTAMP '1990-01-01' OR published_at > known_at + INTERVAL 24 HOUR
)

SELECT * FROM final;
