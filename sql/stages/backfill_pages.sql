-- What is known of the addresses of a step's pages: the article behind each, as a later look at it needs it.
WITH led_to AS (
    SELECT
        asked.url_key AS asked_key,
        min(known.article_id) AS article_id
    FROM asked_pages AS asked
    INNER JOIN article_urls AS known
        ON
            key_hash(asked.url_key) = known.key_hash
            AND asked.url_key = known.url_key
            AND known.reason IS NULL
            AND known.kind IN ('requested', 'final')
    GROUP BY asked.url_key
),

known_articles AS (
    SELECT
        led_to.asked_key,
        articles.*
    FROM led_to
    INNER JOIN articles ON led_to.article_id = articles.article_id
),

final AS (
    SELECT
        known.asked_key,
        known.text_from,
        coalesce(known.observed_at, known.fetched_at, known.first_seen_at) AS seen_at,
        known.article_id,
        known.entry_id,
        known.feed_id,
        known.source_id,
        sources.name AS source_name,
        feeds.language AS language_hint,
        coalesce(known.url, '') AS link,
        known.asked_key AS url_key,
        known.title,
        known.lead,
        known.text,
        known.language,
        known.published_at,
        known.first_seen_at,
        coalesce(known.revised_at, known.fetched_at, known.first_seen_at) AS fetched_at,
        known.final_url,
        known.raw_ref,
        fetches.etag,
        fetches.last_modified,
        fetches.body_sha256,
        known.boilerplate_version
    FROM known_articles AS known
    LEFT JOIN sources ON known.source_id = sources.source_id
    LEFT JOIN feeds ON known.feed_id = feeds.feed_id
    LEFT JOIN fetches
        ON
            known.raw_ref = fetches.raw_ref
            AND fetches.requested_at = coalesce(known.revised_at, known.fetched_at)
)

SELECT * FROM final;
