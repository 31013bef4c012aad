-- Every kept article, and which of them repeat another one.
--
-- An article is an original here unless it is a copy of another *kept* article: where the original isn't kept, the
-- earliest kept article with its text stands in for it, so that no text vanishes and none counts twice.
CREATE OR REPLACE VIEW conflict_articles_with_copies AS
WITH outlets AS (
    SELECT
        source_id,
        name AS source_name,
        country
    FROM sources
),

memberships AS (
    SELECT
        article_id,
        story_id
    FROM story_articles
),

kept AS (
    SELECT
        articles.article_id,
        articles.published_at,
        articles.first_seen_at
    FROM articles
    INNER JOIN relevance ON articles.article_id = relevance.article_id
    WHERE relevance.label = 'keep'
),

-- one link a copy: rather to an original that is kept, then to the one that it repeats most of
links AS (
    SELECT
        duplicates.article_id,
        duplicates.original_id,
        duplicates.kind,
        originals.article_id IS NOT NULL AS is_original_kept
    FROM duplicates
    LEFT JOIN relevance AS originals ON duplicates.original_id = originals.article_id AND originals.label = 'keep'
    WHERE duplicates.article_id <> duplicates.original_id
    QUALIFY row_number() OVER (
        PARTITION BY duplicates.article_id
        ORDER BY
            originals.article_id IS NULL,
            duplicates.jaccard DESC NULLS LAST,
            duplicates.containment DESC NULLS LAST,
            duplicates.original_id ASC
    ) = 1
),

-- articles with one text, by the id of its original
grouped AS (
    SELECT
        kept.*,
        links.kind,
        coalesce(links.original_id, kept.article_id) AS text_id,
        CASE WHEN NOT links.is_original_kept THEN links.original_id END AS unkept_original_id
    FROM kept
    LEFT JOIN links ON kept.article_id = links.article_id
),

placed AS (
    SELECT
        article_id,
        kind,
        unkept_original_id,
        first_value(article_id) OVER (
            PARTITION BY text_id
            ORDER BY article_id = text_id DESC, published_at ASC NULLS LAST, first_seen_at ASC, article_id ASC
        ) AS original_id,
        count(*) OVER (PARTITION BY text_id) - 1 AS n_others
    FROM grouped
),

final AS (
    SELECT
        articles.article_id,
        articles.published_at,
        articles.title,
        outlets.source_name,
        outlets.country,
        articles.language,
        articles.url,
        articles.lead,
        articles.text,
        judgements.score,
        judgements.about,
        judgements.types,
        judgements.temporal,
        judgements.reasons,
        judgements.sentence,
        judgements.sentence_start,
        judgements.sentence_end,
        articles.article_id = placed.original_id AS is_original,
        CASE WHEN articles.article_id <> placed.original_id THEN placed.original_id END AS duplicate_of,
        CASE WHEN articles.article_id <> placed.original_id THEN placed.kind END AS duplicate_kind,
        placed.unkept_original_id,
        CASE WHEN articles.article_id = placed.original_id THEN placed.n_others ELSE 0 END AS n_copies,
        memberships.story_id,
        articles.published_precision,
        articles.published_zone,
        articles.published_from,
        articles.published_reason,
        articles.updated_at,
        articles.first_seen_at,
        articles.authors,
        articles.section,
        articles.tags,
        articles.image_url,
        articles.text_from,
        articles.text_reason,
        articles.n_words,
        articles.is_truncated,
        articles.n_revisions,
        articles.revised_at,
        articles.retracted_at,
        articles.page_kind,
        articles.language_confidence,
        articles.final_url,
        articles.canonical_url,
        articles.url_key,
        articles.source_id,
        articles.feed_id,
        articles.entry_id,
        articles.text_sha256,
        articles.fetched_at,
        articles.extracted_at,
        articles.page_retry_at,
        articles.n_page_tries,
        articles.raw_ref,
        articles.discovered_via,
        articles.extractor,
        articles.extractor_version,
        judgements.model_id,
        judgements.profile,
        articles.run_id,
        articles.code_version
    FROM articles
    INNER JOIN relevance AS judgements ON articles.article_id = judgements.article_id
    INNER JOIN placed ON articles.article_id = placed.article_id
    LEFT JOIN outlets ON articles.source_id = outlets.source_id
    LEFT JOIN memberships ON articles.article_id = memberships.article_id
)

SELECT * FROM final;

COMMENT ON VIEW conflict_articles_with_copies IS 'Every article that is kept as conflict-related, copies included: one row each.';
COMMENT ON COLUMN conflict_articles_with_copies.article_id IS 'id of the article; never changes';
COMMENT ON COLUMN conflict_articles_with_copies.published_at IS 'publication by the publisher''s own word, UTC; NULL with a reason where it can''t be had, never guessed';
COMMENT ON COLUMN conflict_articles_with_copies.title IS 'title, without the outlet''s name';
COMMENT ON COLUMN conflict_articles_with_copies.source_name IS 'name of the outlet';
COMMENT ON COLUMN conflict_articles_with_copies.country IS 'country of the outlet, ISO 3166-1 alpha-3; NULL where not stated in the feeds file';
COMMENT ON COLUMN conflict_articles_with_copies.language IS 'language of the text, BCP-47: as identified, with the region that the page declares for it; as declared where the text doesn''t tell; NULL where nothing does';
COMMENT ON COLUMN conflict_articles_with_copies.url IS 'address, normalized: no tracking parameters, no fragment';
COMMENT ON COLUMN conflict_articles_with_copies.lead IS 'summary by the outlet, else the first paragraph';
COMMENT ON COLUMN conflict_articles_with_copies.text IS 'body text, paragraphs separated by line feeds; NULL where neither page nor feed gave any';
COMMENT ON COLUMN conflict_articles_with_copies.score IS 'how surely it is about conflict, 0 to 1';
COMMENT ON COLUMN conflict_articles_with_copies.about IS 'event, related or none';
COMMENT ON COLUMN conflict_articles_with_copies.types IS 'types of event after ACLED, with scores';
COMMENT ON COLUMN conflict_articles_with_copies.temporal IS 'now, past or possible';
COMMENT ON COLUMN conflict_articles_with_copies.reasons IS 'terms that decided, their weight, where they stand (title, lead, body) and at which characters; language for a note on a language without a lexicon';
COMMENT ON COLUMN conflict_articles_with_copies.sentence IS 'sentence that decided';
COMMENT ON COLUMN conflict_articles_with_copies.sentence_start IS 'its first character in the text, from 0; NULL where the title decided';
COMMENT ON COLUMN conflict_articles_with_copies.sentence_end IS 'character after its last';
COMMENT ON COLUMN conflict_articles_with_copies.is_original IS 'whether it is no copy of another kept article; conflict_articles holds these';
COMMENT ON COLUMN conflict_articles_with_copies.duplicate_of IS 'kept article that it repeats, the one that conflict_articles holds; NULL for an original';
COMMENT ON COLUMN conflict_articles_with_copies.duplicate_kind IS 'same_url, same_text, near_text or wire_copy; NULL for an original';
COMMENT ON COLUMN conflict_articles_with_copies.unkept_original_id IS 'article that it repeats but that isn''t kept itself: the earliest kept one with that text stands in for it; see articles';
COMMENT ON COLUMN conflict_articles_with_copies.n_copies IS 'how many other kept articles repeat it; 0 for a copy';
COMMENT ON COLUMN conflict_articles_with_copies.story_id IS 'story that it belongs to, see conflict_stories; NULL where none was made';
COMMENT ON COLUMN conflict_articles_with_copies.published_precision IS 'second, minute or day; at day, the time of published_at means nothing';
COMMENT ON COLUMN conflict_articles_with_copies.published_zone IS 'publisher''s offset from UTC as written beside the date or a local clock of the same moment (+05:30); local_day() applies it; NULL where nothing tells';
COMMENT ON COLUMN conflict_articles_with_copies.published_from IS 'who said it: feed, json_ld, meta, microdata, time, text, url, or site (a selector of the sites file)';
COMMENT ON COLUMN conflict_articles_with_copies.published_reason IS 'why published_at is NULL';
COMMENT ON COLUMN conflict_articles_with_copies.updated_at IS 'last change by the publisher''s own word, UTC';
COMMENT ON COLUMN conflict_articles_with_copies.first_seen_at IS 'when we first saw an entry or address of it, UTC';
COMMENT ON COLUMN conflict_articles_with_copies.authors IS 'people who wrote it, as named; not the outlet';
COMMENT ON COLUMN conflict_articles_with_copies.section IS 'section of the outlet, as the page names it';
COMMENT ON COLUMN conflict_articles_with_copies.tags IS 'keywords of the page and categories of the feed, each once';
COMMENT ON COLUMN conflict_articles_with_copies.image_url IS 'address of the picture that the page gives for itself; it is not fetched';
COMMENT ON COLUMN conflict_articles_with_copies.text_from IS 'page, or feed where the page couldn''t be had (yet)';
COMMENT ON COLUMN conflict_articles_with_copies.text_reason IS 'why the text is not from the page: an outcome of its request, of its extraction, or the kind of page that is no article; paywall where the feed says more than the page''s teaser';
COMMENT ON COLUMN conflict_articles_with_copies.n_words IS 'words in the text';
COMMENT ON COLUMN conflict_articles_with_copies.is_truncated IS 'whether the text is known to be cut short (a summary stands for it, a paywall, or a page larger than we read)';
COMMENT ON COLUMN conflict_articles_with_copies.n_revisions IS 'changed texts seen after the first, see revisions';
COMMENT ON COLUMN conflict_articles_with_copies.revised_at IS 'when the text that stands was first seen, UTC; NULL while it is the first one';
COMMENT ON COLUMN conflict_articles_with_copies.retracted_at IS 'since when the text is known to be withdrawn, UTC; it stays readable here';
COMMENT ON COLUMN conflict_articles_with_copies.page_kind IS 'what the page turned out to be: article, live_blog, gallery, video, audio or paywall (their text stands); index, consent, blocked, login, soft_404, error, parked, shell or repeated (no articles: the feed''s words stand); NULL where there was no page or no telling';
COMMENT ON COLUMN conflict_articles_with_copies.language_confidence IS 'confidence with which it was identified, 0 to 1; NULL where it is as declared';
COMMENT ON COLUMN conflict_articles_with_copies.final_url IS 'address that answered, after redirects';
COMMENT ON COLUMN conflict_articles_with_copies.canonical_url IS 'address that the page declares as its own; not trusted';
COMMENT ON COLUMN conflict_articles_with_copies.url_key IS 'what two spellings of the address share';
COMMENT ON COLUMN conflict_articles_with_copies.source_id IS 'outlet, see sources';
COMMENT ON COLUMN conflict_articles_with_copies.feed_id IS 'feed that it was first found in, see feeds';
COMMENT ON COLUMN conflict_articles_with_copies.entry_id IS 'entry that it was first found by, see entries';
COMMENT ON COLUMN conflict_articles_with_copies.text_sha256 IS 'SHA-256 over the words of the text, case and punctuation aside; equal for the same text';
COMMENT ON COLUMN conflict_articles_with_copies.fetched_at IS 'when the page was fetched, UTC; NULL where it couldn''t be had';
COMMENT ON COLUMN conflict_articles_with_copies.extracted_at IS 'when the text was extracted, UTC';
COMMENT ON COLUMN conflict_articles_with_copies.page_retry_at IS 'when the page is to be asked for again, UTC; NULL when it was had or is given up';
COMMENT ON COLUMN conflict_articles_with_copies.n_page_tries IS 'how often the page was asked for';
COMMENT ON COLUMN conflict_articles_with_copies.raw_ref IS 'WARC file below the warc folder, a colon, and the offset of the page''s record in bytes';
COMMENT ON COLUMN conflict_articles_with_copies.discovered_via IS 'how it was found: feed, or the source of a backfill';
COMMENT ON COLUMN conflict_articles_with_copies.extractor IS 'what made the text: trafilatura, json_ld (the body that the page declares), sites (selectors of the sites file), or feed';
COMMENT ON COLUMN conflict_articles_with_copies.extractor_version IS 'its version and settings';
COMMENT ON COLUMN conflict_articles_with_copies.model_id IS 'hash of lexicon, weights, preprocessing and profile';
COMMENT ON COLUMN conflict_articles_with_copies.profile IS 'profile that was applied';
COMMENT ON COLUMN conflict_articles_with_copies.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN conflict_articles_with_copies.code_version IS 'release of conflictwire that wrote or last changed the row';
