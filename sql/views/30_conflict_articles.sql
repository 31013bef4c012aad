-- The product. What an original is, conflict_articles_with_copies says.
CREATE OR REPLACE VIEW conflict_articles AS
WITH kept AS (
    SELECT * FROM conflict_articles_with_copies
),

final AS (
    SELECT * EXCLUDE (is_original, duplicate_of, duplicate_kind, unkept_original_id)
    FROM kept
    WHERE is_original
)

SELECT * FROM final;

COMMENT ON VIEW conflict_articles IS 'The product: every original article that is kept as conflict-related, one row each. A copy of another kept article is only counted, in n_copies.';
COMMENT ON COLUMN conflict_articles.article_id IS 'id of the article; never changes';
COMMENT ON COLUMN conflict_articles.published_at IS 'publication by the publisher''s own word, UTC; NULL with a reason where it can''t be had, never guessed';
COMMENT ON COLUMN conflict_articles.title IS 'title, without the outlet''s name';
COMMENT ON COLUMN conflict_articles.source_name IS 'name of the outlet';
COMMENT ON COLUMN conflict_articles.country IS 'country of the outlet, ISO 3166-1 alpha-3; NULL where not stated in the feeds file';
COMMENT ON COLUMN conflict_articles.language IS 'language of the text, BCP-47: as identified, with the region that the page declares for it; as declared where the text doesn''t tell; NULL where nothing does';
COMMENT ON COLUMN conflict_articles.url IS 'address, normalized: no tracking parameters, no fragment';
COMMENT ON COLUMN conflict_articles.lead IS 'summary by the outlet, else the first paragraph';
COMMENT ON COLUMN conflict_articles.text IS 'body text, paragraphs separated by line feeds; NULL where neither page nor feed gave any';
COMMENT ON COLUMN conflict_articles.score IS 'how surely it is about conflict, 0 to 1';
COMMENT ON COLUMN conflict_articles.about IS 'event, related or none';
COMMENT ON COLUMN conflict_articles.types IS 'types of event after ACLED, with scores';
COMMENT ON COLUMN conflict_articles.temporal IS 'now, past or possible';
COMMENT ON COLUMN conflict_articles.reasons IS 'terms that decided, their weight, where they stand (title, lead, body) and at which characters; language for a note on a language without a lexicon';
COMMENT ON COLUMN conflict_articles.sentence IS 'sentence that decided';
COMMENT ON COLUMN conflict_articles.sentence_start IS 'its first character in the text, from 0; NULL where the title decided';
COMMENT ON COLUMN conflict_articles.sentence_end IS 'character after its last';
COMMENT ON COLUMN conflict_articles.n_copies IS 'how many other kept articles repeat it; conflict_articles_with_copies lists them';
COMMENT ON COLUMN conflict_articles.story_id IS 'story that it belongs to, see conflict_stories; NULL where none was made';
COMMENT ON COLUMN conflict_articles.published_precision IS 'second, minute or day; at day, the time of published_at means nothing';
COMMENT ON COLUMN conflict_articles.published_zone IS 'publisher''s offset from UTC as written beside the date or a local clock of the same moment (+05:30); local_day() applies it; NULL where nothing tells';
COMMENT ON COLUMN conflict_articles.published_from IS 'who said it: feed, json_ld, meta, microdata, time, text, url, or site (a selector of the sites file)';
COMMENT ON COLUMN conflict_articles.published_reason IS 'why published_at is NULL';
COMMENT ON COLUMN conflict_articles.updated_at IS 'last change by the publisher''s own word, UTC';
COMMENT ON COLUMN conflict_articles.first_seen_at IS 'when we first saw an entry or address of it, UTC';
COMMENT ON COLUMN conflict_articles.authors IS 'people who wrote it, as named; not the outlet';
COMMENT ON COLUMN conflict_articles.section IS 'section of the outlet, as the page names it';
COMMENT ON COLUMN conflict_articles.tags IS 'keywords of the page and categories of the feed, each once';
COMMENT ON COLUMN conflict_articles.image_url IS 'address of the picture that the page gives for itself; it is not fetched';
COMMENT ON COLUMN conflict_articles.text_from IS 'page, or feed where the page couldn''t be had (yet)';
COMMENT ON COLUMN conflict_articles.text_reason IS 'why the text is not from the page: an outcome of its request, of its extraction, or the kind of page that is no article; paywall where the feed says more than the page''s teaser';
COMMENT ON COLUMN conflict_articles.n_words IS 'words in the text';
COMMENT ON COLUMN conflict_articles.is_truncated IS 'whether the text is known to be cut short (a summary stands for it, a paywall, or a page larger than we read)';
COMMENT ON COLUMN conflict_articles.n_revisions IS 'changed texts seen after the first, see revisions';
COMMENT ON COLUMN conflict_articles.revised_at IS 'when the text that stands was first seen, UTC; NULL while it is the first one';
COMMENT ON COLUMN conflict_articles.retracted_at IS 'since when the text is known to be withdrawn, UTC; it stays readable here';
COMMENT ON COLUMN conflict_articles.page_kind IS 'what the page turned out to be: article, live_blog, gallery, video, audio or paywall (their text stands); index, consent, blocked, login, soft_404, error, parked, shell or repeated (no articles: the feed''s words stand); NULL where there was no page or no telling';
COMMENT ON COLUMN conflict_articles.language_confidence IS 'confidence with which it was identified, 0 to 1; NULL where it is as declared';
COMMENT ON COLUMN conflict_articles.final_url IS 'address that answered, after redirects';
COMMENT ON COLUMN conflict_articles.canonical_url IS 'address that the page declares as its own; not trusted';
COMMENT ON COLUMN conflict_articles.url_key IS 'what two spellings of the address share';
COMMENT ON COLUMN conflict_articles.source_id IS 'outlet, see sources';
COMMENT ON COLUMN conflict_articles.feed_id IS 'feed that it was first found in, see feeds';
COMMENT ON COLUMN conflict_articles.entry_id IS 'entry that it was first found by, see entries';
COMMENT ON COLUMN conflict_articles.text_sha256 IS 'SHA-256 over the words of the text, case and punctuation aside; equal for the same text';
COMMENT ON COLUMN conflict_articles.fetched_at IS 'when the page was fetched, UTC; NULL where it couldn''t be had';
COMMENT ON COLUMN conflict_articles.extracted_at IS 'when the text was extracted, UTC';
COMMENT ON COLUMN conflict_articles.page_retry_at IS 'when the page is to be asked for again, UTC; NULL when it was had or is given up';
COMMENT ON COLUMN conflict_articles.n_page_tries IS 'how often the page was asked for';
COMMENT ON COLUMN conflict_articles.raw_ref IS 'WARC file below the warc folder, a colon, and the offset of the page''s record in bytes';
COMMENT ON COLUMN conflict_articles.discovered_via IS 'how it was found: feed, or the source of a backfill';
COMMENT ON COLUMN conflict_articles.extractor IS 'what made the text: trafilatura, json_ld (the body that the page declares), sites (selectors of the sites file), or feed';
COMMENT ON COLUMN conflict_articles.extractor_version IS 'its version and settings';
COMMENT ON COLUMN conflict_articles.model_id IS 'hash of lexicon, weights, preprocessing and profile';
COMMENT ON COLUMN conflict_articles.profile IS 'profile that was applied';
COMMENT ON COLUMN conflict_articles.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN conflict_articles.code_version IS 'release of conflictwire that wrote or last changed the row';
