-- Which entries want an article made of them now: new ones whose address leads to no article yet (that another page
-- declares the address is no proof), ones whose address may be used again for another article, as title and day differ, ones
-- that an interrupted run left without, and ones whose page is due to be asked for again. One entry an address.
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
        OR new_entries.url_key NOT IN (
            SELECT article_urls.url_key FROM article_urls
            WHERE article_urls.reason IS NULL AND article_urls.kind IN ('requested', 'final')
        )

    UNION ALL BY NAME

    SELECT
        given.* EXCLUDE (last_seen_at, updated_at),
        0 AS n_tries
    FROM shard_entries AS given
    INNER JOIN article_urls AS known_urls
        ON
            given.url_key = known_urls.url_key
            AND known_urls.reason IS NULL
            AND known_urls.kind IN ('requested', 'final')
    INNER JOIN articles ON known_urls.article_id = articles.article_id AND articles.text_from = 'page'
    LEFT JOIN entries AS before ON given.entry_id = before.entry_id
    WHERE
        (
            before.entry_id IS NULL
            OR (before.title IS DISTINCT FROM given.title AND before.published_raw IS DISTINCT FROM given.published_raw)
        )
        AND given.published_at::DATE <> articles.published_at::DATE
        AND NOT contains(lower(given.title), lower(coalesce(articles.first_title, articles.title, '')))

    UNION ALL BY NAME

    SELECT
        entries.* EXCLUDE (
            last_seen_at, changed_at, updated_at, article_id, id_hash, place_hash, run_id, code_version
        ),
        0 AS n_tries
    FROM entries
    WHERE entries.article_id IS NULL

    UNION ALL BY NAME

    SELECT
        entries.* EXCLUDE (
            last_seen_at, changed_at, updated_at, article_id, id_hash, place_hash, run_id, code_version
        ),
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
