-- Articles. Which one each incoming one is stands in resolved_articles, by pipeline/identity.py.
CREATE OR REPLACE TEMP TABLE written_articles AS
WITH best AS (
    SELECT
        given.* EXCLUDE (final_key) REPLACE (resolved.target_id AS article_id),
        given.article_id AS given_id,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM shard_articles AS given
    INNER JOIN resolved_articles AS resolved ON given.article_id = resolved.article_id
    QUALIFY
        row_number() OVER (
            PARTITION BY resolved.target_id
            ORDER BY given.text_from = 'page' DESC, given.first_seen_at ASC, given.article_id ASC
        ) = 1
)

SELECT
    best.*,
    known.text_sha256 AS old_text_sha256,
    coalesce(known.published_at, known.first_seen_at)::DATE AS old_day,
    CASE
        WHEN known.article_id IS NULL THEN 'new'
        WHEN known.text_from = 'feed' AND best.text_from = 'page' THEN 'page came'
        WHEN known.text_from = 'feed' THEN 'tried again'
        ELSE 'known'
    END AS action
FROM best
LEFT JOIN articles AS known ON best.article_id = known.article_id;

MERGE INTO articles AS known
USING (SELECT * EXCLUDE (given_id, old_text_sha256, old_day) FROM written_articles) AS given
    ON known.article_id = given.article_id
WHEN MATCHED AND given.action = 'page came' THEN UPDATE SET
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
    extracted_at = given.extracted_at,
    page_kind = given.page_kind,
    page_text_sha256 = given.page_text_sha256,
    page_note = given.page_note,
    is_truncated = given.is_truncated,
    page_retry_at = given.page_retry_at,
    n_page_tries = given.n_page_tries,
    raw_ref = given.raw_ref,
    extractor = given.extractor,
    extractor_version = given.extractor_version,
    boilerplate_version = given.boilerplate_version,
    run_id = given.run_id,
    code_version = given.code_version
WHEN MATCHED AND given.action = 'tried again' AND given.n_page_tries > known.n_page_tries THEN UPDATE SET
    text_reason = given.text_reason,
    page_kind = given.page_kind,
    page_text_sha256 = given.page_text_sha256,
    page_retry_at = given.page_retry_at,
    n_page_tries = given.n_page_tries
WHEN NOT MATCHED THEN INSERT (
    article_id, url, url_key, final_url, canonical_url, amp_url, source_id, feed_id, entry_id, title, lead, text,
    text_from, text_reason, text_sha256, n_words, language, language_confidence, authors, section, tags, image_url,
    published_at, published_precision, published_zone, published_from, published_reason, updated_at, first_seen_at,
    fetched_at, extracted_at, page_kind, page_text_sha256, page_note, is_truncated, n_revisions, page_retry_at,
    n_page_tries, raw_ref, discovered_via, extractor, extractor_version, boilerplate_version, run_id,
    code_version
) VALUES (
    given.article_id, given.url, given.url_key, given.final_url, given.canonical_url, given.amp_url, given.source_id,
    given.feed_id, given.entry_id, given.title, given.lead, given.text, given.text_from, given.text_reason,
    given.text_sha256, given.n_words, given.language, given.language_confidence, given.authors, given.section,
    given.tags, given.image_url, given.published_at, given.published_precision, given.published_zone,
    given.published_from, given.published_reason, given.updated_at, given.first_seen_at, given.fetched_at,
    given.extracted_at, given.page_kind, given.page_text_sha256, given.page_note, given.is_truncated,
    given.n_revisions, given.page_retry_at, given.n_page_tries, given.raw_ref, given.discovered_via, given.extractor,
    given.extractor_version, given.boilerplate_version, given.run_id, given.code_version
);
