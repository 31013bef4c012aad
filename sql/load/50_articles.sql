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
    extractor = given.extractor,
    extractor_version = given.extractor_version,
    boilerplate_version = given.boilerplate_version,
    run_id = given.run_id,
    code_version = given.code_version
FROM written_articles AS given
WHERE given.action = 'page came' AND articles.article_id = given.article_id;

UPDATE articles
SET
    text_reason = given.text_reason,
    page_kind = given.page_kind,
    page_text_sha256 = given.page_text_sha256,
    page_retry_at = given.page_retry_at,
    n_page_tries = given.n_page_tries
FROM written_articles AS given
WHERE
    given.action = 'tried again'
    AND articles.article_id = given.article_id
    AND given.n_page_tries > articles.n_page_tries;
