-- Which entries want an article made of them now: new ones whose address leads to no article yet, ones that an
-- interrupted run left without, and ones whose page is due to be asked for again. One entry an address.
WITH known_feeds AS (
    SELECT
        feed_id,
        source_id,
        outlet,
        language
    FROM shard_feeds
    UNION ALL BY NAME
    SELECT
        feed_id,
        source_id,
        outlet,
        language
    FROM feeds
    WHERE feed_id NOT IN (SELECT shard_feeds.feed_id FROM shard_feeds)
),

wanting AS (
    SELECT
        new_entries.* EXCLUDE (last_seen_at, updated_at),
        0 AS n_tries
    FROM new_entries
    WHERE
        new_entries.url_key IS NULL
        OR new_entries.url_key NOT IN (SELECT article_urls.url_key FROM article_urls)

    UNION ALL BY NAME

    SELECT
        entries.* EXCLUDE (last_seen_at, changed_at, updated_at, article_id, run_id, code_version),
        0 AS n_tries
    FROM entries
    WHERE entries.article_id IS NULL

    UNION ALL BY NAME

    SELECT
        entries.* EXCLUDE (last_seen_at, changed_at, updated_at, article_id, run_id, code_version),
        articles.n_page_tries AS n_tries
    FROM articles
    INNER JOIN entries ON articles.entry_id = entries.entry_id
    WHERE articles.text_from = 'feed' AND articles.page_retry_at <= getvariable('now')::TIMESTAMP
),

final AS (
    SELECT
        wanting.*,
        polled.source_id,
        polled.outlet AS source_name,
        polled.language AS language_hint,
        coalesce(struck.n_strikes, 0) AS n_strikes
    FROM wanting
    INNER JOIN known_feeds AS polled ON wanting.feed_id = polled.feed_id
    LEFT JOIN quarantine AS struck ON wanting.link = struck.url AND struck.kind = 'page'
    QUALIFY
        row_number() OVER (
            PARTITION BY coalesce(wanting.url_key, wanting.entry_id)
            ORDER BY wanting.n_tries DESC, wanting.published_at ASC NULLS LAST, wanting.feed_id ASC, wanting.guid ASC
        ) = 1
)

SELECT * FROM final
ORDER BY entry_id;
