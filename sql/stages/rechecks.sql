-- Which articles are to be looked at again now: at each age of the setting once, and at the latest one that has passed
-- when some were missed; the last one waits as long again, no longer. An address that serves another article now is let be.
WITH ages AS (
    SELECT unnest(getvariable('recheck_ages_s')::BIGINT[]) AS age_s
),

due AS (
    SELECT
        articles.article_id,
        max(articles.fetched_at + to_seconds(ages.age_s)) AS due_at
    FROM articles
    INNER JOIN relevance ON articles.article_id = relevance.article_id
    INNER JOIN ages ON articles.fetched_at + to_seconds(ages.age_s) <= getvariable('now')::TIMESTAMP
    WHERE
        articles.text_from = 'page'
        AND articles.url_key IS NOT NULL
        -- what a backfill found is of the past, however lately it came; so is what an archive saw of others
        AND articles.backfill_id IS NULL
        AND articles.observed_at IS NULL
        AND list_contains(getvariable('recheck_labels')::VARCHAR[], relevance.label)
        AND articles.fetched_at
        > getvariable('now')::TIMESTAMP - to_seconds(2 * list_max(getvariable('recheck_ages_s')::BIGINT[]))
    GROUP BY articles.article_id
),

chosen AS (
    SELECT articles.*
    FROM due
    INNER JOIN articles ON due.article_id = articles.article_id
    WHERE
        (articles.checked_at IS NULL OR articles.checked_at < due.due_at)
        AND NOT EXISTS (
            SELECT 1 FROM article_urls AS lost
            WHERE
                lost.article_id = articles.article_id
                AND lost.url_key = articles.url_key
                AND lost.reason IS NOT NULL
        )
    ORDER BY articles.fetched_at DESC, articles.article_id ASC
    LIMIT getvariable('n_rechecks')::BIGINT
),

final AS (
    SELECT
        chosen.article_id,
        chosen.entry_id,
        chosen.feed_id,
        chosen.source_id,
        sources.name AS source_name,
        feeds.language AS language_hint,
        coalesce(entries.link, chosen.url) AS link,
        chosen.url_key,
        chosen.title,
        chosen.lead,
        chosen.text,
        chosen.language,
        chosen.published_at,
        chosen.first_seen_at,
        coalesce(chosen.revised_at, chosen.fetched_at) AS fetched_at,
        chosen.final_url,
        chosen.raw_ref,
        fetches.etag,
        fetches.last_modified,
        fetches.body_sha256,
        chosen.boilerplate_version
    FROM chosen
    LEFT JOIN sources ON chosen.source_id = sources.source_id
    LEFT JOIN feeds ON chosen.feed_id = feeds.feed_id
    LEFT JOIN entries ON chosen.entry_id = entries.entry_id AND chosen.url_key = entries.url_key
    LEFT JOIN fetches
        ON
            chosen.raw_ref = fetches.raw_ref
            AND fetches.requested_at = coalesce(chosen.revised_at, chosen.fetched_at)
)

SELECT * FROM final
ORDER BY article_id;
