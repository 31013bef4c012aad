-- The newest texts of the wanted hosts' pages, of the window only.
WITH recent AS (
    SELECT
        article_id,
        text,
        first_seen_at,
        regexp_extract(url, '^https?://([^/?]+)', 1) AS host
    FROM articles
    WHERE
        first_seen_at BETWEEN getvariable('window_start')::TIMESTAMP AND getvariable('now')::TIMESTAMP
        AND text_from = 'page'
        AND text IS NOT NULL
)

SELECT
    recent.host,
    recent.text
FROM recent
INNER JOIN wanted_hosts ON recent.host = wanted_hosts.host
QUALIFY
    row_number() OVER (PARTITION BY recent.host ORDER BY recent.first_seen_at DESC, recent.article_id ASC)
    <= getvariable('n_texts')
ORDER BY recent.host ASC, recent.first_seen_at DESC, recent.article_id ASC;
