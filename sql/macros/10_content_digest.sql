-- Are two databases equal in what they hold? `FROM content_digest()` gives a digest a table; equal digests, equal tables.
--
-- Left out is what differs between two runs over the same bytes: runs, releases, requests, where bytes lie, how they were
-- found, and our own clock. An article is known by its set of addresses, because which of them named it first depends on
-- the order of arrival. Digests are sums of row hashes: the order of rows doesn't matter, and they are only comparable
-- under one release of DuckDB.
CREATE OR REPLACE MACRO content_digest() AS TABLE
    WITH addresses AS (
        SELECT
            article_id,
            string_agg(url_key, ' ' ORDER BY url_key) AS url_keys
        FROM article_urls
        WHERE kind IN ('requested', 'final') -- what is claimed is no address yet
        GROUP BY article_id
    ),

    identities AS (
        SELECT
            articles.article_id,
            coalesce(addresses.url_keys, articles.article_id) AS known_by
        FROM articles
        LEFT JOIN addresses ON articles.article_id = addresses.article_id
    ),

    row_hashes AS (
        SELECT 'sources' AS table_name, hash(source_id, name, country, kind) AS row_hash FROM sources
        UNION ALL
        SELECT 'feeds' AS table_name, hash(feed_id, url, source_id, name, outlet, country, language, kind) AS row_hash
        FROM feeds
        UNION ALL
        SELECT
            'entries' AS table_name,
            hash(
                entries.feed_id,
                entries.url_key,
                entries.title,
                entries.summary,
                entries.content,
                entries.published_raw,
                entries.published_at, identities.known_by
            ) AS row_hash
        FROM entries
        LEFT JOIN identities ON entries.article_id = identities.article_id
        UNION ALL
        SELECT
            'articles' AS table_name,
            hash(
                identities.known_by,
                articles.source_id,
                articles.title,
                articles.lead,
                articles.text,
                articles.text_from,
                articles.text_reason, articles.language, articles.authors, articles.published_at,
                articles.section, articles.tags, articles.image_url, articles.published_zone,
                articles.published_precision, articles.published_reason, articles.updated_at, articles.page_kind,
                articles.is_truncated, articles.n_revisions
            ) AS row_hash
        FROM articles
        INNER JOIN identities ON articles.article_id = identities.article_id
        UNION ALL
        SELECT
            'revisions' AS table_name,
            hash(identities.known_by, revisions.n, revisions.kind, revisions.title, revisions.text) AS row_hash
        FROM revisions
        INNER JOIN identities ON revisions.article_id = identities.article_id
        UNION ALL
        SELECT
            'relevance' AS table_name,
            hash(
                identities.known_by,
                relevance.score,
                relevance.label,
                relevance.about,
                relevance.types,
                relevance.temporal,
                relevance.reasons, relevance.sentence, relevance.model_id
            ) AS row_hash
        FROM relevance
        INNER JOIN identities ON relevance.article_id = identities.article_id
        UNION ALL
        SELECT
            'duplicates' AS table_name,
            hash(copies.known_by, originals.known_by, duplicates.kind, duplicates.jaccard, duplicates.method)
                AS row_hash
        FROM duplicates
        INNER JOIN identities AS copies ON duplicates.article_id = copies.article_id
        INNER JOIN identities AS originals ON duplicates.original_id = originals.article_id
        UNION ALL
        -- a story is known by its articles: its id depends on which of them came first
        SELECT
            'story_articles' AS table_name,
            hash(
                identities.known_by, min(identities.known_by) OVER (PARTITION BY story_articles.story_id)
            ) AS row_hash
        FROM story_articles
        INNER JOIN identities ON story_articles.article_id = identities.article_id
        UNION ALL
        SELECT
            'date_candidates' AS table_name,
            hash(
                identities.known_by, candidates.origin, candidates.raw, candidates.value, candidates.precision,
                candidates.is_accepted
            ) AS row_hash
        FROM date_candidates AS candidates
        INNER JOIN identities ON candidates.article_id = identities.article_id
    ),

    final AS (
        SELECT
            table_name,
            count(*) AS n_rows,
            sum(row_hash::HUGEINT) AS digest
        FROM row_hashes
        GROUP BY table_name
    )

    SELECT * FROM final
    ORDER BY table_name;
