-- A publication date has its origin and precision, and no reason for being absent; an absent one has the reason alone.
WITH final AS (
    SELECT
        'dates_or_reasons' AS check_name,
        CASE
            WHEN published_at IS NULL AND published_reason IS NULL THEN 'published_at is NULL without a reason'
            WHEN published_at IS NULL THEN 'published_at is NULL, but has a precision or an origin'
            WHEN published_reason IS NOT NULL THEN 'published_at is there, and a reason for its absence as well'
            ELSE 'published_at has no precision or no origin'
        END AS what,
        article_id AS id
    FROM articles
    WHERE
        (published_at IS NULL) <> (published_reason IS NOT NULL)
        OR (published_at IS NULL) <> (published_from IS NULL)
        OR (published_at IS NULL) <> (published_precision IS NULL)
    UNION ALL
    SELECT
        'dates_or_reasons' AS check_name,
        'published_at of the entry is NULL without a reason' AS what,
        entry_id AS id
    FROM entries
    WHERE published_at IS NULL AND published_reason IS NULL
)

SELECT * FROM final;
