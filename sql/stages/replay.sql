-- What is known of the articles whose ids lie in wanted_articles, as a replay needs it: the entry that each was made of,
-- and what asking for its page came to. The request is the one whose bytes the text is from, else the latest.
WITH pages AS (
    SELECT fetches.* EXCLUDE (run_id, code_version)
    FROM fetches
    WHERE fetches.kind = 'page'
),

by_record AS (
    SELECT
        wanted.article_id,
        pages AS request
    FROM wanted_articles AS wanted
    INNER JOIN articles ON wanted.article_id = articles.article_id
    INNER JOIN pages ON articles.raw_ref = pages.raw_ref
),

by_link AS (
    SELECT
        wanted.article_id,
        arg_max(pages, pages.requested_at) AS request
    FROM wanted_articles AS wanted
    INNER JOIN articles ON wanted.article_id = articles.article_id
    INNER JOIN entries ON articles.entry_id = entries.entry_id
    INNER JOIN pages ON entries.link = pages.url
    WHERE articles.raw_ref IS NULL
    GROUP BY wanted.article_id
),

final AS (
    SELECT
        articles.article_id,
        articles,
        entries,
        feeds.outlet AS source_name,
        feeds.language AS language_hint,
        coalesce(by_record.request, by_link.request) AS request,
        coalesce(struck.n_strikes, 0) AS n_strikes,
        judged AS relevance,
        coalesce(
            articles.entry_md5 <> sight_md5(
                entries.link, entries.title, entries.summary, entries.content,
                entries.authors, entries.categories, entries.published_raw, entries.updated_at
            ), TRUE
        ) AS is_feed_changed
    FROM wanted_articles AS wanted
    INNER JOIN articles ON wanted.article_id = articles.article_id
    LEFT JOIN entries ON articles.entry_id = entries.entry_id
    LEFT JOIN feeds ON articles.feed_id = feeds.feed_id
    LEFT JOIN by_record ON articles.article_id = by_record.article_id
    LEFT JOIN by_link ON articles.article_id = by_link.article_id
    LEFT JOIN relevance AS judged ON articles.article_id = judged.article_id
    LEFT JOIN quarantine AS struck ON entries.link = struck.url AND struck.kind = 'page'
)

SELECT * FROM final
ORDER BY article_id;
