-- Which entries want an article made of them now: new ones whose address leads to no article yet (that another page
-- declares the address is no proof), ones whose address may be used again for another article, as title and day differ, ones
-- that an interrupted run left without, and ones whose page is due to be asked for again. And sights of known entries
-- that are earlier than the one that gave an article its words, where the feed's words are all it has: the earliest sight
-- makes it. One entry an address.
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

led_to AS (
    SELECT
        given.entry_id,
        known.article_id
    FROM shard_entries AS given
    INNER JOIN article_urls AS known
        ON
            key_hash(given.url_key) = known.key_hash
            AND given.url_key = known.url_key
            AND known.reason IS NULL
            AND known.kind IN ('requested', 'final')
    UNION
    SELECT
        given.entry_id,
        known.article_id
    FROM shard_entries AS given
    INNER JOIN entries AS known ON key_hash(given.entry_id) = known.id_hash
    WHERE given.url_key IS NULL
),

wanting AS (
    SELECT
        new_entries.* EXCLUDE (last_seen_at),
        0 AS n_tries,
        FALSE AS is_retold
    FROM new_entries
    WHERE
        new_entries.url_key IS NULL
        OR new_entries.url_key NOT IN (
            SELECT article_urls.url_key FROM article_urls
            WHERE article_urls.reason IS NULL AND article_urls.kind IN ('requested', 'final')
        )

    UNION ALL BY NAME

    SELECT
        given.* EXCLUDE (last_seen_at),
        0 AS n_tries,
        FALSE AS is_retold
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
            last_seen_at, said_otherwise_at, article_id, id_hash, run_id, code_version
        ),
        0 AS n_tries,
        FALSE AS is_retold
    FROM entries
    WHERE entries.article_id IS NULL

    UNION ALL BY NAME

    SELECT
        entries.* EXCLUDE (
            last_seen_at, said_otherwise_at, article_id, id_hash, run_id, code_version
        ),
        articles.n_page_tries AS n_tries,
        FALSE AS is_retold
    FROM articles
    INNER JOIN entries ON articles.entry_id = entries.entry_id
    WHERE articles.text_from = 'feed' AND articles.page_retry_at <= getvariable('now')::TIMESTAMP

    UNION ALL BY NAME

    SELECT
        given.* EXCLUDE (last_seen_at),
        0 AS n_tries,
        TRUE AS is_retold
    FROM shard_entries AS given
    INNER JOIN led_to ON given.entry_id = led_to.entry_id
    INNER JOIN articles ON led_to.article_id = articles.article_id
    WHERE
        articles.text_from = 'feed'
        AND articles.raw_ref IS NULL
        AND given.first_seen_at <= articles.first_seen_at
),

told AS (
    SELECT
        *,
        sight_md5(
            link, title, summary, content, authors, categories, published_raw, updated_at
        ) AS entry_md5
    FROM wanting
),

final AS (
    SELECT
        told.* EXCLUDE (updated_at),
        polled.source_id,
        polled.outlet AS source_name,
        polled.language AS language_hint,
        coalesce(struck.n_strikes, 0) AS n_strikes
    FROM told
    INNER JOIN known_feeds AS polled ON told.feed_id = polled.feed_id
    LEFT JOIN quarantine AS struck ON told.link = struck.url AND struck.kind = 'page'
    QUALIFY
        row_number() OVER (
            PARTITION BY coalesce(told.url_key, told.entry_id)
            ORDER BY
                told.is_retold DESC, told.n_tries DESC, told.first_seen_at ASC, told.feed_id ASC, told.entry_md5 ASC
        ) = 1
)

SELECT * FROM final
ORDER BY entry_id;
