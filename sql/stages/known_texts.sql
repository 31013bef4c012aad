-- Addresses whose pages lately held the very words that a page of this batch holds: what tells a placeholder, together
-- with the titles. A month of the table is looked at, and not its history.
WITH final AS (
    SELECT
        url_key,
        title,
        page_text_sha256 AS text_sha256
    FROM articles
    WHERE
        first_seen_at > getvariable('now')::TIMESTAMP - INTERVAL 30 DAY
        AND url_key IS NOT NULL
        AND page_text_sha256 IN (SELECT asked_texts.text_sha256 FROM asked_texts)
)

SELECT * FROM final;
