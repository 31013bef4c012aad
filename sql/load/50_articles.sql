-- Articles. Which one each incoming one is stands in resolved_articles, by pipeline/identity.py.
CREATE OR REPLACE TEMP TABLE written_articles AS
WITH best AS (
    SELECT
        given.* EXCLUDE (final_key) REPLACE (
            resolved.target_id AS article_id,
            coalesce(ids.entry_id, given.entry_id) AS entry_id
        ),
        given.article_id AS given_id,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM shard_articles AS given
    INNER JOIN resolved_articles AS resolved ON given.article_id = resolved.article_id
    LEFT JOIN entry_ids AS ids ON given.entry_id = ids.given_id
    QUALIFY
        row_number() OVER (
            PARTITION BY resolved.target_id
            ORDER BY
                given.text_from = 'page' DESC,
                given.first_seen_at ASC, given.feed_id ASC, given.entry_md5 ASC, given.article_id ASC
        ) = 1
)

SELECT
    best.*,
    known.text_sha256 AS old_text_sha256,
    coalesce(known.published_at, known.first_seen_at)::DATE AS old_day,
    CASE
        WHEN known.article_id IS NULL THEN 'new'
        WHEN known.text_from = 'feed' AND best.text_from = 'page' THEN 'page came'
        -- nothing but the feed's words, and these are of an earlier sight (a later try has what the entry says by now)
        WHEN
            known.text_from = 'feed'
            AND best.n_page_tries <= 1
            AND known.raw_ref IS NULL
            AND best.raw_ref IS NULL
            AND (best.first_seen_at, coalesce(best.feed_id, ''), coalesce(best.entry_md5, ''))
            < (known.first_seen_at, coalesce(known.feed_id, ''), coalesce(known.entry_md5, ''))
            THEN 'seen earlier'
        WHEN known.text_from = 'feed' THEN 'tried again'
        ELSE 'known'
    END AS action
FROM best
LEFT JOIN known_articles AS known ON best.article_id = known.article_id;

INSERT INTO articles BY NAME
SELECT * EXCLUDE (given_id, old_text_sha256, old_day, action) FROM written_articles
WHERE action = 'new';

UPDATE articles
SET
    final_url = given.final_url,
    canonical_url = given.canonical_url,
    amp_url = given.amp_url,
    title = given.title,
    lead = given.lead,
    text = given.text,
    text_from = given.text_from,
    text_reason = given.text_reason,
    text_sha256 = given.text_sha256,
    n_words = given.n_words,
    language = given.language,
    language_confidence = given.language_confidence,
    authors = given.authors,
    section = given.section,
    tags = given.tags,
    image_url = given.image_url,
    published_at = given.published_at,
    published_precision = given.published_precision,
    published_zone = given.published_zone,
    published_from = given.published_from,
    published_reason = given.published_reason,
    updated_at = given.updated_at,
    fetched_at = given.fetched_at,
    observed_at = given.observed_at,
    extracted_at = given.extracted_at,
    page_kind = given.page_kind,
    page_text_sha256 = given.page_text_sha256,
    page_note = given.page_note,
    is_truncated = given.is_truncated,
    page_retry_at = given.page_retry_at,
    n_page_tries = given.n_page_tries,
    raw_ref = given.raw_ref,
    entry_md5 = given.entry_md5,
    extractor = given.extractor,
    extractor_version = given.extractor_version,
    boilerplate_version = given.boilerplate_version,
    run_id = given.run_id,
    code_version = given.code_version
FROM written_articles AS given
WHERE given.action = 'page came' AND articles.article_id = given.article_id;

UPDATE articles
SET
    url = given.url,
    source_id = given.source_id,
    feed_id = given.feed_id,
    entry_id = given.entry_id,
    entry_md5 = given.entry_md5,
    title = given.title,
    lead = given.lead,
    text = given.text,
    text_sha256 = given.text_sha256,
    n_words = given.n_words,
    language = given.language,
    language_confidence = given.language_confidence,
    authors = given.authors,
    tags = given.tags,
    published_at = given.published_at,
    published_precision = given.published_precision,
    published_zone = given.published_zone,
    published_from = given.published_from,
    published_reason = given.published_reason,
    first_seen_at = given.first_seen_at,
    observed_at = given.observed_at,
    discovered_via = given.discovered_via,
    backfill_id = given.backfill_id,
    extracted_at = given.extracted_at,
    is_truncated = given.is_truncated,
    run_id = given.run_id,
    code_version = given.code_version
FROM written_articles AS given
WHERE given.action = 'seen earlier' AND articles.article_id = given.article_id;

UPDATE articles
SET
    text_reason = given.text_reason,
    page_kind = given.page_kind,
    page_text_sha256 = given.page_text_sha256,
    page_retry_at = given.page_retry_at,
    n_page_tries = given.n_page_tries
FROM written_articles AS given
WHERE
    given.action IN ('tried again', 'seen earlier')
    AND articles.article_id = given.article_id
    AND given.n_page_tries > articles.n_page_tries;
