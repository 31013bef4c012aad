-- The tables, one question each. Times are TIMESTAMP holding UTC; ids are VARCHAR hashes; no keys or unique indexes:
-- merges keep rows unique and sql/checks/ proves it.

CREATE TABLE sources (
    source_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    country VARCHAR,
    kind VARCHAR,
    first_seen_at TIMESTAMP NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE sources IS 'Outlets: who publishes. One row an outlet.';
COMMENT ON COLUMN sources.source_id IS 'id of the outlet, a hash of its name';
COMMENT ON COLUMN sources.name IS 'name of the outlet, or the host of its feed where no name was given';
COMMENT ON COLUMN sources.country IS 'country of the outlet, ISO 3166-1 alpha-3; NULL where not stated in the feeds file';
COMMENT ON COLUMN sources.kind IS 'wire, outlet, official or NGO; NULL where not stated';
COMMENT ON COLUMN sources.first_seen_at IS 'when we first met the outlet, UTC';
COMMENT ON COLUMN sources.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN sources.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE feeds (
    feed_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    name VARCHAR,
    outlet VARCHAR,
    country VARCHAR,
    language VARCHAR,
    kind VARCHAR,
    status VARCHAR NOT NULL,
    title VARCHAR,
    is_active BOOLEAN NOT NULL,
    added_at TIMESTAMP NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    body_sha256 VARCHAR,
    last_polled_at TIMESTAMP,
    last_outcome VARCHAR,
    last_note VARCHAR,
    last_ok_at TIMESTAMP,
    last_full_at TIMESTAMP,
    last_new_entry_at TIMESTAMP,
    n_polls BIGINT NOT NULL,
    n_new_last BIGINT NOT NULL,
    failures DOUBLE NOT NULL,
    interval_s BIGINT NOT NULL,
    next_poll_at TIMESTAMP,
    polled_url VARCHAR,
    former_urls VARCHAR[],
    moving_to VARCHAR,
    n_moving_days BIGINT NOT NULL DEFAULT 0,
    moving_at TIMESTAMP,
    n_gone_days BIGINT NOT NULL DEFAULT 0,
    gone_at TIMESTAMP,
    retired_at TIMESTAMP,
    lied_at TIMESTAMP,
    link_hosts VARCHAR[],
    alarm VARCHAR,
    alarm_at TIMESTAMP,
    skip_hours BIGINT[],
    skip_days BIGINT[],
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE feeds IS 'Feeds: one RSS, Atom or JSON Feed address each, mirrored from the feeds file, with all that polling knows of it.';
COMMENT ON COLUMN feeds.feed_id IS 'id of the feed, a hash of its normalized address as first listed; it stays when the feed moves';
COMMENT ON COLUMN feeds.url IS 'address as the feeds file has it, requested unless polled_url says otherwise';
COMMENT ON COLUMN feeds.source_id IS 'outlet, see sources';
COMMENT ON COLUMN feeds.name IS 'name given in the feeds file';
COMMENT ON COLUMN feeds.outlet IS 'outlet''s name given in the feeds file';
COMMENT ON COLUMN feeds.country IS 'country of the outlet, ISO 3166-1 alpha-3';
COMMENT ON COLUMN feeds.language IS 'language that the feeds file states, BCP-47';
COMMENT ON COLUMN feeds.kind IS 'wire, outlet, official or NGO';
COMMENT ON COLUMN feeds.status IS 'unverified until a poll has met the feed, then verified';
COMMENT ON COLUMN feeds.title IS 'what the feed calls itself';
COMMENT ON COLUMN feeds.is_active IS 'false once the feeds file no longer lists it; its history stays';
COMMENT ON COLUMN feeds.added_at IS 'when we first knew of the feed, UTC';
COMMENT ON COLUMN feeds.etag IS 'validator of the last full answer, sent as If-None-Match';
COMMENT ON COLUMN feeds.last_modified IS 'validator of the last full answer, sent as If-Modified-Since';
COMMENT ON COLUMN feeds.body_sha256 IS 'hash of the last full answer''s body';
COMMENT ON COLUMN feeds.last_polled_at IS 'last request, UTC';
COMMENT ON COLUMN feeds.last_outcome IS 'outcome of the last request, see fetches.outcome';
COMMENT ON COLUMN feeds.last_note IS 'what the last poll has to say in words: parse problems, refusals';
COMMENT ON COLUMN feeds.last_ok_at IS 'last request that the other side answered as asked, UTC';
COMMENT ON COLUMN feeds.last_full_at IS 'last answer with a body (not a 304), UTC';
COMMENT ON COLUMN feeds.last_new_entry_at IS 'last poll that brought a new entry, UTC';
COMMENT ON COLUMN feeds.n_polls IS 'requests so far';
COMMENT ON COLUMN feeds.n_new_last IS 'new entries of the last full answer';
COMMENT ON COLUMN feeds.failures IS 'graded failures in a row: 1 for a refusal, 0.5 for a server error, 0.25 for a time-out; 0 after a success';
COMMENT ON COLUMN feeds.interval_s IS 'pause that polling has settled upon, seconds';
COMMENT ON COLUMN feeds.next_poll_at IS 'due from then on, UTC; NULL is due now';
COMMENT ON COLUMN feeds.polled_url IS 'address that a permanent redirect led to on three days, requested since; NULL: url is';
COMMENT ON COLUMN feeds.former_urls IS 'addresses that were requested before, oldest first, at most 20';
COMMENT ON COLUMN feeds.moving_to IS 'where its permanent redirect leads, while we wait for it to last three days';
COMMENT ON COLUMN feeds.n_moving_days IS 'UTC days on which it led there to a feed, in a row';
COMMENT ON COLUMN feeds.moving_at IS 'last of these days, the first request of it, UTC';
COMMENT ON COLUMN feeds.n_gone_days IS 'UTC days on which the server said 410 since the last success';
COMMENT ON COLUMN feeds.gone_at IS 'last of these days, the first request of it, UTC';
COMMENT ON COLUMN feeds.retired_at IS 'third day of 410, UTC; asked every 30 days from then on; NULL after any success';
COMMENT ON COLUMN feeds.lied_at IS 'when new entries last showed that its validators or its 304 lie, UTC; asked without validators for 30 days';
COMMENT ON COLUMN feeds.link_hosts IS 'hosts that its entries link to, latest first, at most 20';
COMMENT ON COLUMN feeds.alarm IS 'what should be looked at, in words: old entries issued again, or another feed at this address; NULL once it is over';
COMMENT ON COLUMN feeds.alarm_at IS 'when something last spoke for the alarm, UTC';
COMMENT ON COLUMN feeds.skip_hours IS 'hours in which the feed asks not to be polled (RSS skipHours), 0 to 23, UTC';
COMMENT ON COLUMN feeds.skip_days IS 'days on which the feed asks not to be polled (RSS skipDays), 0 is Monday, UTC';
COMMENT ON COLUMN feeds.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN feeds.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE fetches (
    fetch_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    feed_id VARCHAR,
    url VARCHAR NOT NULL,
    final_url VARCHAR,
    requested_at TIMESTAMP NOT NULL,
    outcome VARCHAR NOT NULL,
    http_status INTEGER,
    note VARCHAR,
    n_bytes BIGINT NOT NULL,
    body_sha256 VARCHAR,
    content_type VARCHAR,
    elapsed_ms BIGINT NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    max_age_s BIGINT,
    retry_at TIMESTAMP,
    redirects VARCHAR[],
    permanent_url VARCHAR,
    raw_ref VARCHAR,
    observed_at TIMESTAMP,
    backfill_id VARCHAR,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE fetches IS 'Every request that was made, one row and one outcome each, and every page taken from an archive (observed_at is there); append-only.';
COMMENT ON COLUMN fetches.fetch_id IS 'id of the request';
COMMENT ON COLUMN fetches.kind IS 'what was asked for: feed, page, robots, or archive: what tells of the past';
COMMENT ON COLUMN fetches.feed_id IS 'feed for which it was made, see feeds';
COMMENT ON COLUMN fetches.url IS 'address as requested';
COMMENT ON COLUMN fetches.final_url IS 'address that answered, after redirects';
COMMENT ON COLUMN fetches.requested_at IS 'when the request was made, UTC';
COMMENT ON COLUMN fetches.outcome IS 'what it came to, one of a closed list: ok, not_modified, http_404, dns, robots, …';
COMMENT ON COLUMN fetches.http_status IS 'status of the last answer; NULL when none came';
COMMENT ON COLUMN fetches.note IS 'detail of the outcome in words';
COMMENT ON COLUMN fetches.n_bytes IS 'bytes of the body on the wire';
COMMENT ON COLUMN fetches.body_sha256 IS 'SHA-256 of the decoded body, hex';
COMMENT ON COLUMN fetches.content_type IS 'Content-Type as sent';
COMMENT ON COLUMN fetches.elapsed_ms IS 'time from request to outcome, milliseconds';
COMMENT ON COLUMN fetches.etag IS 'ETag of the answer';
COMMENT ON COLUMN fetches.last_modified IS 'Last-Modified of the answer';
COMMENT ON COLUMN fetches.max_age_s IS 'Cache-Control max-age of the answer, seconds';
COMMENT ON COLUMN fetches.retry_at IS 'not to be asked for again before then, UTC; NULL for a page that is not to be tried again';
COMMENT ON COLUMN fetches.redirects IS 'addresses that redirected, in order; one row stands for the whole chain';
COMMENT ON COLUMN fetches.permanent_url IS 'where a chain of permanent redirects (301, 308) alone led to';
COMMENT ON COLUMN fetches.raw_ref IS 'WARC file below the warc folder, a colon, and the offset of the record in bytes';
COMMENT ON COLUMN fetches.observed_at IS 'when an archive saw these bytes, UTC; NULL where we asked ourselves';
COMMENT ON COLUMN fetches.backfill_id IS 'backfill for which it was made, see backfills';
COMMENT ON COLUMN fetches.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN fetches.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE entries (
    entry_id VARCHAR NOT NULL,
    feed_id VARCHAR NOT NULL,
    guid VARCHAR NOT NULL,
    link VARCHAR,
    url_key VARCHAR,
    title VARCHAR,
    summary VARCHAR,
    content VARCHAR,
    authors VARCHAR[],
    categories VARCHAR[],
    published_raw VARCHAR,
    published_at TIMESTAMP,
    published_precision VARCHAR,
    published_reason VARCHAR,
    updated_at TIMESTAMP,
    first_seen_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    said_otherwise_at TIMESTAMP,
    observed_at TIMESTAMP,
    discovered_via VARCHAR NOT NULL DEFAULT 'feed',
    backfill_id VARCHAR,
    article_id VARCHAR,
    id_hash UBIGINT NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE entries IS 'Items of feeds, in the words of their latest sight. One row for each (feed, guid, address); one under several guids is one where its address and a title stay.';
COMMENT ON COLUMN entries.entry_id IS 'id of the entry, a hash of feed, guid and address';
COMMENT ON COLUMN entries.feed_id IS 'feed that carried it, see feeds';
COMMENT ON COLUMN entries.guid IS 'identifier given by the feed, else its link, else a hash of what it says';
COMMENT ON COLUMN entries.link IS 'link as the feed gave it; this is what is requested';
COMMENT ON COLUMN entries.url_key IS 'what two spellings of the link share; NULL where the link is no http(s) address';
COMMENT ON COLUMN entries.title IS 'title, plain text';
COMMENT ON COLUMN entries.summary IS 'summary, plain text';
COMMENT ON COLUMN entries.content IS 'full text that the feed carried, plain text; NULL where it carried none';
COMMENT ON COLUMN entries.authors IS 'authors as named';
COMMENT ON COLUMN entries.categories IS 'categories as named';
COMMENT ON COLUMN entries.published_raw IS 'publication date as the feed wrote it';
COMMENT ON COLUMN entries.published_at IS 'publication date as read, UTC; NULL where it can''t be had';
COMMENT ON COLUMN entries.published_precision IS 'second, minute or day';
COMMENT ON COLUMN entries.published_reason IS 'why published_at is NULL or weaker than it looks';
COMMENT ON COLUMN entries.updated_at IS 'update date that the feed gave, UTC';
COMMENT ON COLUMN entries.first_seen_at IS 'when it was first seen, by us or by an archive, UTC';
COMMENT ON COLUMN entries.last_seen_at IS 'when its feed last listed it in a full answer, UTC';
COMMENT ON COLUMN entries.said_otherwise_at IS 'when the feed last said something else of it than what stands here, UTC; NULL where it never did';
COMMENT ON COLUMN entries.article_id IS 'article that it led to, see articles';
COMMENT ON COLUMN entries.id_hash IS 'md5_number_lower(entry_id): lookups read this instead, a tenth of the bytes';
COMMENT ON COLUMN entries.observed_at IS 'when an archive saw it, UTC; NULL where we found it in the living feed';
COMMENT ON COLUMN entries.discovered_via IS 'how it was found: feed, or the source of a backfill';
COMMENT ON COLUMN entries.backfill_id IS 'backfill that found it, see backfills';
COMMENT ON COLUMN entries.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN entries.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE entry_names (
    name_hash UBIGINT NOT NULL,
    id_hash UBIGINT NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE entry_names IS 'All that entries were ever known by, so that one is known again whatever was seen of it first; for lookups, not for people.';
COMMENT ON COLUMN entry_names.name_hash IS 'md5_number_lower of an id (feed, guid, address), or of feed, address key and title';
COMMENT ON COLUMN entry_names.id_hash IS 'entry that bore the name, see entries.id_hash';
COMMENT ON COLUMN entry_names.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN entry_names.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE articles (
    article_id VARCHAR NOT NULL,
    url VARCHAR,
    url_key VARCHAR,
    final_url VARCHAR,
    canonical_url VARCHAR,
    amp_url VARCHAR,
    source_id VARCHAR NOT NULL,
    feed_id VARCHAR,
    entry_id VARCHAR,
    entry_md5 VARCHAR,
    title VARCHAR,
    lead VARCHAR,
    text VARCHAR,
    text_from VARCHAR NOT NULL,
    text_reason VARCHAR,
    text_sha256 VARCHAR,
    n_words BIGINT NOT NULL,
    language VARCHAR,
    language_confidence DOUBLE,
    authors VARCHAR[],
    section VARCHAR,
    tags VARCHAR[],
    image_url VARCHAR,
    published_at TIMESTAMP,
    published_precision VARCHAR,
    published_zone VARCHAR,
    published_from VARCHAR,
    published_reason VARCHAR,
    updated_at TIMESTAMP,
    first_seen_at TIMESTAMP NOT NULL,
    fetched_at TIMESTAMP,
    extracted_at TIMESTAMP NOT NULL,
    page_kind VARCHAR,
    page_text_sha256 VARCHAR,
    page_note VARCHAR,
    is_truncated BOOLEAN NOT NULL,
    n_revisions BIGINT NOT NULL,
    checked_at TIMESTAMP,
    revised_at TIMESTAMP,
    retracted_at TIMESTAMP,
    first_title VARCHAR,
    first_text VARCHAR,
    first_raw_ref VARCHAR,
    page_retry_at TIMESTAMP,
    n_page_tries BIGINT NOT NULL,
    raw_ref VARCHAR,
    discovered_via VARCHAR NOT NULL,
    observed_at TIMESTAMP,
    backfill_id VARCHAR,
    extractor VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    boilerplate_version VARCHAR,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE articles IS 'Extracted articles: everything that was collected, conflict or not; title and text are the latest known. conflict_articles is the view for most questions.';
COMMENT ON COLUMN articles.article_id IS 'id of the article; never changes';
COMMENT ON COLUMN articles.url IS 'address, normalized: no tracking parameters, no fragment';
COMMENT ON COLUMN articles.url_key IS 'what two spellings of the address share';
COMMENT ON COLUMN articles.final_url IS 'address that answered, after redirects';
COMMENT ON COLUMN articles.canonical_url IS 'address that the page declares as its own; not trusted';
COMMENT ON COLUMN articles.amp_url IS 'address of its mobile (AMP) version, as the page declares it; not trusted';
COMMENT ON COLUMN articles.source_id IS 'outlet, see sources';
COMMENT ON COLUMN articles.feed_id IS 'feed that it was first found in, see feeds';
COMMENT ON COLUMN articles.entry_id IS 'entry that it was first found by, see entries';
COMMENT ON COLUMN articles.entry_md5 IS 'md5 of what that entry said when the article was made of it; NULL where no feed listed the page';
COMMENT ON COLUMN articles.title IS 'title, without the outlet''s name';
COMMENT ON COLUMN articles.lead IS 'summary by the outlet, else the first paragraph';
COMMENT ON COLUMN articles.text IS 'body text, paragraphs separated by line feeds; NULL where neither page nor feed gave any';
COMMENT ON COLUMN articles.text_from IS 'page, or feed where the page couldn''t be had (yet)';
COMMENT ON COLUMN articles.text_reason IS 'why the text is not from the page: an outcome of its request, of its extraction, or the kind of page that is no article; paywall where the feed says more than the page''s teaser';
COMMENT ON COLUMN articles.text_sha256 IS 'SHA-256 over the words of the text, case and punctuation aside; equal for the same text';
COMMENT ON COLUMN articles.n_words IS 'words in the text';
COMMENT ON COLUMN articles.language IS 'language of the text, BCP-47: as identified, with the region that the page declares for it; as declared where the text doesn''t tell; NULL where nothing does';
COMMENT ON COLUMN articles.language_confidence IS 'confidence with which it was identified, 0 to 1; NULL where it is as declared';
COMMENT ON COLUMN articles.authors IS 'people who wrote it, as named; not the outlet';
COMMENT ON COLUMN articles.section IS 'section of the outlet, as the page names it';
COMMENT ON COLUMN articles.tags IS 'keywords of the page and categories of the feed, each once';
COMMENT ON COLUMN articles.image_url IS 'address of the picture that the page gives for itself; it is not fetched';
COMMENT ON COLUMN articles.published_at IS 'publication by the publisher''s own word, UTC; NULL with a reason where it can''t be had, never guessed';
COMMENT ON COLUMN articles.published_precision IS 'second, minute or day; at day, the time of published_at means nothing';
COMMENT ON COLUMN articles.published_zone IS 'publisher''s offset from UTC as written beside the date or a local clock of the same moment (+05:30); local_day() applies it; NULL where nothing tells';
COMMENT ON COLUMN articles.published_from IS 'who said it: feed, json_ld, meta, microdata, time, text, url, or site (a selector of the sites file)';
COMMENT ON COLUMN articles.published_reason IS 'why published_at is NULL';
COMMENT ON COLUMN articles.updated_at IS 'last change by the publisher''s own word, UTC';
COMMENT ON COLUMN articles.first_seen_at IS 'when we first saw an entry or address of it, UTC';
COMMENT ON COLUMN articles.fetched_at IS 'when the page was fetched, UTC; NULL where it couldn''t be had';
COMMENT ON COLUMN articles.extracted_at IS 'when the text was extracted, UTC';
COMMENT ON COLUMN articles.page_kind IS 'what the page turned out to be: article, live_blog, gallery, video, audio or paywall (their text stands); index, consent, blocked, login, soft_404, error, parked, shell or repeated (no articles: the feed''s words stand); NULL where there was no page or no telling';
COMMENT ON COLUMN articles.page_text_sha256 IS 'SHA-256 over the words that were read on the page, whether or not they stand as the text; tells placeholders';
COMMENT ON COLUMN articles.page_note IS 'what was odd about reading the page, in words: cut, flattened, another charset than declared; NULL for nothing';
COMMENT ON COLUMN articles.is_truncated IS 'whether the text is known to be cut short (a summary stands for it, a paywall, or a page larger than we read)';
COMMENT ON COLUMN articles.n_revisions IS 'changed texts seen after the first, see revisions';
COMMENT ON COLUMN articles.checked_at IS 'when its page was last looked at again, UTC; see rechecks';
COMMENT ON COLUMN articles.revised_at IS 'when the text that stands was first seen, UTC; NULL while it is the first one';
COMMENT ON COLUMN articles.retracted_at IS 'since when the text is known to be withdrawn, UTC; it stays readable here';
COMMENT ON COLUMN articles.first_title IS 'title as first collected; NULL while that is the one that stands';
COMMENT ON COLUMN articles.first_text IS 'text as first collected; NULL while that is the one that stands';
COMMENT ON COLUMN articles.first_raw_ref IS 'where the page of the first text lies; NULL while raw_ref does';
COMMENT ON COLUMN articles.page_retry_at IS 'when the page is to be asked for again, UTC; NULL when it was had or is given up';
COMMENT ON COLUMN articles.n_page_tries IS 'how often the page was asked for';
COMMENT ON COLUMN articles.raw_ref IS 'WARC file below the warc folder, a colon, and the offset of the page''s record in bytes';
COMMENT ON COLUMN articles.discovered_via IS 'how it was found: feed, or the source of a backfill';
COMMENT ON COLUMN articles.extractor IS 'what made the text: trafilatura, json_ld (the body that the page declares), sites (selectors of the sites file), or feed';
COMMENT ON COLUMN articles.extractor_version IS 'its version and settings';
COMMENT ON COLUMN articles.boilerplate_version IS 'version of what the host''s pages repeat (boilerplate) that was taken out of the text; NULL: nothing was known';
COMMENT ON COLUMN articles.observed_at IS 'when an archive saw its page, UTC; NULL where we fetched it from its site';
COMMENT ON COLUMN articles.backfill_id IS 'backfill that found it, see backfills';
COMMENT ON COLUMN articles.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN articles.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE article_urls (
    url_key VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    reason VARCHAR,
    first_seen_at TIMESTAMP NOT NULL,
    key_hash UBIGINT NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE article_urls IS 'Addresses by which an article is known, or that its page claims. Each address key leads to one article.';
COMMENT ON COLUMN article_urls.url_key IS 'what two spellings of the address share';
COMMENT ON COLUMN article_urls.url IS 'address, normalized';
COMMENT ON COLUMN article_urls.article_id IS 'article, see articles';
COMMENT ON COLUMN article_urls.kind IS 'requested (an entry''s link), final (where redirects led to), canonical or amp (what the page declares)';
COMMENT ON COLUMN article_urls.reason IS 'why the address does not lead to this article: the claim is not borne out, or the address serves another article now; NULL where it leads here';
COMMENT ON COLUMN article_urls.first_seen_at IS 'when we first saw the address, UTC';
COMMENT ON COLUMN article_urls.key_hash IS 'md5_number_lower(url_key): lookups read this instead, a tenth of the bytes';
COMMENT ON COLUMN article_urls.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN article_urls.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE revisions (
    revision_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    n BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    what VARCHAR,
    title VARCHAR,
    text VARCHAR,
    text_sha256 VARCHAR,
    n_words BIGINT,
    removed VARCHAR[],
    added VARCHAR[],
    state VARCHAR,
    updated_at TIMESTAMP,
    observed_at TIMESTAMP NOT NULL,
    raw_ref VARCHAR,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE revisions IS 'Changed texts of the same article after its first, which articles.first_text keeps.';
COMMENT ON COLUMN revisions.revision_id IS 'id of the revision';
COMMENT ON COLUMN revisions.article_id IS 'article, see articles';
COMMENT ON COLUMN revisions.n IS 'number of the revision, from 1';
COMMENT ON COLUMN revisions.kind IS 'typo, substantive, toll (figures of dead or wounded changed), headline (only the title changed) or retraction';
COMMENT ON COLUMN revisions.what IS 'what changed, in a few words: figures before → after, words corrected, why it counts as withdrawn';
COMMENT ON COLUMN revisions.title IS 'title of the revision; NULL where the page was gone';
COMMENT ON COLUMN revisions.text IS 'text of the revision; NULL where the page was gone';
COMMENT ON COLUMN revisions.text_sha256 IS 'hash over the words of the text';
COMMENT ON COLUMN revisions.n_words IS 'words in the text';
COMMENT ON COLUMN revisions.removed IS 'sentences that only the text before had, in its order';
COMMENT ON COLUMN revisions.added IS 'sentences that only this text has, in its order';
COMMENT ON COLUMN revisions.state IS 'id of what the page said: equal for pages that say the same; gone for one that is not there';
COMMENT ON COLUMN revisions.updated_at IS 'last change by the publisher''s own word, UTC';
COMMENT ON COLUMN revisions.observed_at IS 'when the changed page was first seen, UTC';
COMMENT ON COLUMN revisions.raw_ref IS 'WARC file, a colon, offset in bytes';
COMMENT ON COLUMN revisions.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN revisions.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE rechecks (
    article_id VARCHAR NOT NULL,
    observed_at TIMESTAMP NOT NULL,
    outcome VARCHAR NOT NULL,
    state VARCHAR,
    title VARCHAR,
    text VARCHAR,
    text_sha256 VARCHAR,
    n_words BIGINT NOT NULL,
    flips VARCHAR[],
    updated_at TIMESTAMP,
    raw_ref VARCHAR,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE rechecks IS 'Later looks at the pages of recent conflict articles, from which revisions follow; one row a look.';
COMMENT ON COLUMN rechecks.article_id IS 'article, see articles';
COMMENT ON COLUMN rechecks.observed_at IS 'when the page was asked for, UTC';
COMMENT ON COLUMN rechecks.outcome IS 'what the request came to, see fetches.outcome; not_modified and same_body say that nothing changed';
COMMENT ON COLUMN rechecks.state IS 'id of what the page said: equal for pages that say the same; gone for one that is not there; NULL where the look told nothing';
COMMENT ON COLUMN rechecks.title IS 'title, where the look found a change';
COMMENT ON COLUMN rechecks.text IS 'text, where the look found a change';
COMMENT ON COLUMN rechecks.text_sha256 IS 'hash over the words of the text';
COMMENT ON COLUMN rechecks.n_words IS 'words in the text';
COMMENT ON COLUMN rechecks.flips IS 'sentences, folded, that were not the same in two looks in a row: ads, counters; they count for nothing';
COMMENT ON COLUMN rechecks.updated_at IS 'last change by the publisher''s own word, UTC';
COMMENT ON COLUMN rechecks.raw_ref IS 'WARC file, a colon, offset in bytes';
COMMENT ON COLUMN rechecks.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN rechecks.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE date_candidates (
    article_id VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    raw VARCHAR NOT NULL,
    value TIMESTAMP,
    precision VARCHAR,
    zone VARCHAR,
    is_accepted BOOLEAN NOT NULL,
    reason VARCHAR,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE date_candidates IS 'Every date that something said about an article, accepted or not.';
COMMENT ON COLUMN date_candidates.article_id IS 'article, see articles';
COMMENT ON COLUMN date_candidates.origin IS 'who said it: feed, json_ld, meta, microdata, time, text (near the heading) or url';
COMMENT ON COLUMN date_candidates.raw IS 'date as written';
COMMENT ON COLUMN date_candidates.value IS 'date as read, UTC; NULL where it can''t be read';
COMMENT ON COLUMN date_candidates.precision IS 'second, minute or day';
COMMENT ON COLUMN date_candidates.zone IS 'offset from UTC that is written with it; NULL where none is';
COMMENT ON COLUMN date_candidates.is_accepted IS 'whether articles.published_at was taken from it';
COMMENT ON COLUMN date_candidates.reason IS 'why it was not accepted: unreadable, impossible, or not the most trusted';
COMMENT ON COLUMN date_candidates.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN date_candidates.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE duplicates (
    article_id VARCHAR NOT NULL,
    original_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    original_day DATE NOT NULL,
    kind VARCHAR NOT NULL,
    jaccard DOUBLE,
    containment DOUBLE,
    containment_of_original DOUBLE,
    method VARCHAR NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE duplicates IS 'Links from an article to the original whose text it repeats.';
COMMENT ON COLUMN duplicates.article_id IS 'the copy, see articles';
COMMENT ON COLUMN duplicates.original_id IS 'the original, see articles';
COMMENT ON COLUMN duplicates.day IS 'publication day of the copy, else the day first seen, UTC';
COMMENT ON COLUMN duplicates.original_day IS 'publication day of the original, else the day first seen, UTC';
COMMENT ON COLUMN duplicates.kind IS 'same_url, same_text, near_text or wire_copy';
COMMENT ON COLUMN duplicates.jaccard IS 'shared shingles over all shingles of both, 0 to 1';
COMMENT ON COLUMN duplicates.containment IS 'share of the copy''s shingles that the original has, 0 to 1';
COMMENT ON COLUMN duplicates.containment_of_original IS 'share of the original''s shingles that the copy has, 0 to 1';
COMMENT ON COLUMN duplicates.method IS 'method and its version';
COMMENT ON COLUMN duplicates.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN duplicates.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE fingerprints (
    day DATE NOT NULL,
    fp UBIGINT NOT NULL,
    article_id VARCHAR NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE fingerprints IS 'Fingerprints of texts, in day order, from which near-duplicates are found.';
COMMENT ON COLUMN fingerprints.day IS 'publication day, else the day first seen, UTC';
COMMENT ON COLUMN fingerprints.fp IS 'fingerprint';
COMMENT ON COLUMN fingerprints.article_id IS 'article, see articles';
COMMENT ON COLUMN fingerprints.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN fingerprints.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE compared_texts (
    article_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    published_at TIMESTAMP,
    source_id VARCHAR NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    credits VARCHAR[] NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE compared_texts IS 'Texts that are compared with others, in day order: those of 30 words and more, as their prints were taken.';
COMMENT ON COLUMN compared_texts.article_id IS 'article, see articles';
COMMENT ON COLUMN compared_texts.day IS 'publication day, else the day first seen, UTC';
COMMENT ON COLUMN compared_texts.published_at IS 'publication, UTC; NULL where it can''t be had';
COMMENT ON COLUMN compared_texts.source_id IS 'outlet, see sources';
COMMENT ON COLUMN compared_texts.text_sha256 IS 'hash over the words of the text that was taken';
COMMENT ON COLUMN compared_texts.credits IS 'agencies that the beginning or the end of the text names, after config/agencies.toml';
COMMENT ON COLUMN compared_texts.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN compared_texts.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE text_pairs (
    one_id VARCHAR NOT NULL,
    other_id VARCHAR NOT NULL,
    one_day DATE NOT NULL,
    other_day DATE NOT NULL,
    one_sha256 VARCHAR NOT NULL,
    other_sha256 VARCHAR NOT NULL,
    kind VARCHAR,
    jaccard DOUBLE NOT NULL,
    of_one DOUBLE NOT NULL,
    of_other DOUBLE NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE text_pairs IS 'Pairs of texts that share prints, compared word by word: the evidence behind duplicates.';
COMMENT ON COLUMN text_pairs.one_id IS 'article with the smaller id';
COMMENT ON COLUMN text_pairs.other_id IS 'article with the larger id';
COMMENT ON COLUMN text_pairs.one_day IS 'day of the one';
COMMENT ON COLUMN text_pairs.other_day IS 'day of the other';
COMMENT ON COLUMN text_pairs.one_sha256 IS 'text of the one as compared';
COMMENT ON COLUMN text_pairs.other_sha256 IS 'text of the other as compared';
COMMENT ON COLUMN text_pairs.kind IS 'same_text, near_text or wire_copy; NULL where neither repeats the other';
COMMENT ON COLUMN text_pairs.jaccard IS 'shared shingles over all shingles of both, 0 to 1';
COMMENT ON COLUMN text_pairs.of_one IS 'share of the one''s shingles that the other has, 0 to 1';
COMMENT ON COLUMN text_pairs.of_other IS 'share of the other''s shingles that the one has, 0 to 1';
COMMENT ON COLUMN text_pairs.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN text_pairs.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE stories (
    story_id VARCHAR NOT NULL,
    began_on DATE NOT NULL,
    headline VARCHAR,
    first_published_at TIMESTAMP,
    last_published_at TIMESTAMP,
    n_articles BIGINT NOT NULL,
    n_sources BIGINT NOT NULL,
    n_independent BIGINT NOT NULL,
    superseded_by VARCHAR,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE stories IS 'Clusters of articles on one happening.';
COMMENT ON COLUMN stories.story_id IS 'id of the story';
COMMENT ON COLUMN stories.began_on IS 'day of its first original: of publication, else first seen, UTC';
COMMENT ON COLUMN stories.headline IS 'headline chosen from its articles';
COMMENT ON COLUMN stories.first_published_at IS 'earliest publication, UTC';
COMMENT ON COLUMN stories.last_published_at IS 'latest publication, UTC';
COMMENT ON COLUMN stories.n_articles IS 'articles in it';
COMMENT ON COLUMN stories.n_sources IS 'outlets in it';
COMMENT ON COLUMN stories.n_independent IS 'reports in it, wire copies counted once';
COMMENT ON COLUMN stories.superseded_by IS 'story that it was merged into';
COMMENT ON COLUMN stories.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN stories.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE story_articles (
    story_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    reason VARCHAR,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE story_articles IS 'Which article is in which story, and why.';
COMMENT ON COLUMN story_articles.story_id IS 'story, see stories';
COMMENT ON COLUMN story_articles.article_id IS 'article, see articles';
COMMENT ON COLUMN story_articles.day IS 'publication day, else the day first seen, UTC';
COMMENT ON COLUMN story_articles.reason IS 'why it is in the story';
COMMENT ON COLUMN story_articles.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN story_articles.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE story_documents (
    article_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    told_at TIMESTAMP NOT NULL,
    words_md5 VARCHAR NOT NULL,
    words VARCHAR[] NOT NULL,
    weights BIGINT[] NOT NULL,
    story_id VARCHAR,
    story_day DATE,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE story_documents IS 'Originals as stories see them, in day order: what clustering works on; for people there is story_articles.';
COMMENT ON COLUMN story_documents.article_id IS 'original, see articles';
COMMENT ON COLUMN story_documents.day IS 'publication day, else the day first seen, UTC';
COMMENT ON COLUMN story_documents.told_at IS 'publication, else when first seen, UTC';
COMMENT ON COLUMN story_documents.words_md5 IS 'hash of the title and lead that its words were taken from';
COMMENT ON COLUMN story_documents.words IS 'words of its title and lead, weightiest first; case and plural s folded, pairs of signs in scripts without spaces';
COMMENT ON COLUMN story_documents.weights IS 'weights of the words, in their order, by place: title over lead, names and numbers over other words';
COMMENT ON COLUMN story_documents.story_id IS 'story that it is in, see stories';
COMMENT ON COLUMN story_documents.story_day IS 'day on which that story began';
COMMENT ON COLUMN story_documents.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN story_documents.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE relevance (
    article_id VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    label VARCHAR NOT NULL,
    about VARCHAR NOT NULL,
    types STRUCT("type" VARCHAR, score DOUBLE)[],
    temporal VARCHAR,
    reasons STRUCT(term VARCHAR, weight DOUBLE, "where" VARCHAR, start_char BIGINT, end_char BIGINT)[],
    sentence VARCHAR,
    sentence_start BIGINT,
    sentence_end BIGINT,
    model_id VARCHAR NOT NULL,
    profile VARCHAR NOT NULL,
    text_sha256 VARCHAR,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE relevance IS 'What each article has to do with armed conflict, with reasons. Nothing is ever deleted for it.';
COMMENT ON COLUMN relevance.article_id IS 'article, see articles';
COMMENT ON COLUMN relevance.score IS 'how surely it is about conflict, 0 to 1';
COMMENT ON COLUMN relevance.label IS 'keep, review or drop';
COMMENT ON COLUMN relevance.about IS 'event, related or none';
COMMENT ON COLUMN relevance.types IS 'types of event after ACLED, with scores';
COMMENT ON COLUMN relevance.temporal IS 'now, past or possible';
COMMENT ON COLUMN relevance.reasons IS 'terms that decided, their weight, where they stand (title, lead, body) and at which characters; language for a note on a language without a lexicon';
COMMENT ON COLUMN relevance.sentence IS 'sentence that decided';
COMMENT ON COLUMN relevance.sentence_start IS 'its first character in the text, from 0; NULL where the title decided';
COMMENT ON COLUMN relevance.sentence_end IS 'character after its last';
COMMENT ON COLUMN relevance.model_id IS 'hash of lexicon, weights, preprocessing and profile';
COMMENT ON COLUMN relevance.profile IS 'profile that was applied';
COMMENT ON COLUMN relevance.text_sha256 IS 'hash of the text that was judged';
COMMENT ON COLUMN relevance.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN relevance.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE quarantine (
    quarantine_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    raw_ref VARCHAR,
    reason VARCHAR NOT NULL,
    n_strikes BIGINT NOT NULL,
    quarantined_at TIMESTAMP NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE quarantine IS 'Pages and feeds whose bytes hurt a parser; tried once more, then left alone until `conflictwire requeue`.';
COMMENT ON COLUMN quarantine.quarantine_id IS 'id of the case, a hash of kind and address';
COMMENT ON COLUMN quarantine.kind IS 'feed or page';
COMMENT ON COLUMN quarantine.url IS 'address';
COMMENT ON COLUMN quarantine.raw_ref IS 'WARC file, a colon, offset in bytes';
COMMENT ON COLUMN quarantine.reason IS 'what happened: parser_timeout, parser_memory, parser_crash or parser_error';
COMMENT ON COLUMN quarantine.n_strikes IS 'how often it happened; 2 is quarantine';
COMMENT ON COLUMN quarantine.quarantined_at IS 'when last, UTC';
COMMENT ON COLUMN quarantine.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN quarantine.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE boilerplate (
    host VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    paragraph_sha256 VARCHAR NOT NULL,
    paragraph VARCHAR NOT NULL,
    n_pages BIGINT NOT NULL,
    learnt_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE boilerplate IS 'Paragraphs that repeat across a host''s pages and are taken out of its articles. A version is a set of paragraphs that never changes; a host''s current one was used last.';
COMMENT ON COLUMN boilerplate.host IS 'host, with its port where it isn''t the usual one';
COMMENT ON COLUMN boilerplate.version IS 'name of the set that the paragraph belongs to, a hash of its paragraphs; articles.boilerplate_version leads here';
COMMENT ON COLUMN boilerplate.paragraph_sha256 IS 'SHA-256 of the paragraph''s words, case folded, joined by spaces';
COMMENT ON COLUMN boilerplate.paragraph IS 'the paragraph, as one page has it';
COMMENT ON COLUMN boilerplate.n_pages IS 'pages that were seen to have it';
COMMENT ON COLUMN boilerplate.learnt_at IS 'when it was first held to be boilerplate, UTC';
COMMENT ON COLUMN boilerplate.seen_at IS 'when a page last had it, UTC; 30 days later it is forgotten in the next version';
COMMENT ON COLUMN boilerplate.used_at IS 'when the version was last in force, UTC';
COMMENT ON COLUMN boilerplate.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN boilerplate.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE batches (
    batch_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    loaded_at TIMESTAMP NOT NULL,
    n_shards BIGINT NOT NULL,
    n_fetches BIGINT NOT NULL,
    n_entries BIGINT NOT NULL,
    n_articles BIGINT NOT NULL,
    n_articles_changed BIGINT NOT NULL,
    n_duplicates BIGINT NOT NULL,
    n_rechecks BIGINT NOT NULL DEFAULT 0,
    n_revisions BIGINT NOT NULL DEFAULT 0,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE batches IS 'The load''s ledger: one row a load, written in the same transaction as its rows.';
COMMENT ON COLUMN batches.batch_id IS 'id of the load, a hash of the shards that it took';
COMMENT ON COLUMN batches.kind IS 'ingest, backfill or replay';
COMMENT ON COLUMN batches.loaded_at IS 'when the transaction was made, UTC';
COMMENT ON COLUMN batches.n_shards IS 'shard files taken';
COMMENT ON COLUMN batches.n_fetches IS 'requests added';
COMMENT ON COLUMN batches.n_entries IS 'entries added';
COMMENT ON COLUMN batches.n_articles IS 'articles added';
COMMENT ON COLUMN batches.n_articles_changed IS 'articles changed: their page came after all, they were seen earlier than we knew, or a replay made them anew';
COMMENT ON COLUMN batches.n_duplicates IS 'duplicate links added';
COMMENT ON COLUMN batches.n_rechecks IS 'pages looked at again';
COMMENT ON COLUMN batches.n_revisions IS 'revisions added';
COMMENT ON COLUMN batches.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN batches.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE backfills (
    backfill_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    given VARCHAR NOT NULL,
    max_requests BIGINT,
    max_bytes BIGINT,
    max_hosts BIGINT,
    max_hours DOUBLE,
    n_expected BIGINT,
    cannot_be_had VARCHAR[],
    created_at TIMESTAMP NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE backfills IS 'Plans to collect the past.';
COMMENT ON COLUMN backfills.backfill_id IS 'id of the backfill';
COMMENT ON COLUMN backfills.source IS 'source of the past, as articles.discovered_via says it';
COMMENT ON COLUMN backfills.first_day IS 'first day wanted';
COMMENT ON COLUMN backfills.last_day IS 'last day wanted';
COMMENT ON COLUMN backfills.given IS 'what was given, JSON: addresses or files, feeds, hosts';
COMMENT ON COLUMN backfills.max_requests IS 'requests that may be made, over all runs; NULL without limit';
COMMENT ON COLUMN backfills.max_bytes IS 'bytes that may be fetched';
COMMENT ON COLUMN backfills.max_hosts IS 'hosts that may be asked';
COMMENT ON COLUMN backfills.max_hours IS 'hours that may be worked';
COMMENT ON COLUMN backfills.n_expected IS 'items that the plan expected; NULL where that can''t be told';
COMMENT ON COLUMN backfills.cannot_be_had IS 'what the plan knew that can''t be had, and why';
COMMENT ON COLUMN backfills.created_at IS 'when it was planned, UTC';
COMMENT ON COLUMN backfills.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN backfills.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE backfill_units (
    backfill_id VARCHAR NOT NULL,
    unit_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    day DATE,
    cursor VARCHAR,
    is_done BOOLEAN NOT NULL,
    n_steps BIGINT NOT NULL,
    n_items BIGINT NOT NULL,
    n_requests BIGINT NOT NULL,
    n_bytes BIGINT NOT NULL,
    elapsed_s DOUBLE NOT NULL,
    outcome VARCHAR,
    note VARCHAR,
    not_before TIMESTAMP,
    updated_at TIMESTAMP NOT NULL,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE backfill_units IS 'What of a backfill has a cursor of its own: a file, a list, a day of snapshots, a sitemap …';
COMMENT ON COLUMN backfill_units.backfill_id IS 'backfill, see backfills';
COMMENT ON COLUMN backfill_units.unit_id IS 'id of the unit';
COMMENT ON COLUMN backfill_units.source IS 'source of the past';
COMMENT ON COLUMN backfill_units.address IS 'address or file';
COMMENT ON COLUMN backfill_units.day IS 'day of the past that it belongs to; NULL where it belongs to several';
COMMENT ON COLUMN backfill_units.cursor IS 'where to go on; moves only in the transaction that loads what it passed';
COMMENT ON COLUMN backfill_units.is_done IS 'whether nothing is left of it';
COMMENT ON COLUMN backfill_units.n_steps IS 'steps that were loaded';
COMMENT ON COLUMN backfill_units.n_items IS 'items that ended in an outcome';
COMMENT ON COLUMN backfill_units.n_requests IS 'requests made for it';
COMMENT ON COLUMN backfill_units.n_bytes IS 'bytes that came for it';
COMMENT ON COLUMN backfill_units.elapsed_s IS 'time that its steps took, seconds';
COMMENT ON COLUMN backfill_units.outcome IS 'what became of it as a whole, where it ended otherwise than by its end';
COMMENT ON COLUMN backfill_units.note IS 'detail in words';
COMMENT ON COLUMN backfill_units.not_before IS 'not to be worked before then, UTC';
COMMENT ON COLUMN backfill_units.updated_at IS 'when a step was last loaded, UTC';
COMMENT ON COLUMN backfill_units.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN backfill_units.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE backfill_items (
    backfill_id VARCHAR NOT NULL,
    unit_id VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    url VARCHAR,
    observed_at TIMESTAMP,
    outcome VARCHAR NOT NULL,
    note VARCHAR,
    article_id VARCHAR,
    run_id VARCHAR,
    code_version VARCHAR
);
COMMENT ON TABLE backfill_items IS 'What of a backfill ends in one outcome: a record, an address, a capture, a file.';
COMMENT ON COLUMN backfill_items.backfill_id IS 'backfill, see backfills';
COMMENT ON COLUMN backfill_items.unit_id IS 'unit, see backfill_units';
COMMENT ON COLUMN backfill_items.item_id IS 'id of the item';
COMMENT ON COLUMN backfill_items.url IS 'address or file';
COMMENT ON COLUMN backfill_items.observed_at IS 'when the archive saw it, UTC';
COMMENT ON COLUMN backfill_items.outcome IS 'what it came to: one of a closed list, see the glossary, or what asking for it came to';
COMMENT ON COLUMN backfill_items.note IS 'detail in words';
COMMENT ON COLUMN backfill_items.article_id IS 'article that it became or belongs to';
COMMENT ON COLUMN backfill_items.run_id IS 'run that wrote or last changed the row';
COMMENT ON COLUMN backfill_items.code_version IS 'release of conflictwire that wrote or last changed the row';

CREATE TABLE schema_migrations (
    version BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL,
    code_version VARCHAR NOT NULL
);
COMMENT ON TABLE schema_migrations IS 'Numbered changes of this schema that were applied to this file.';
COMMENT ON COLUMN schema_migrations.version IS 'number of the migration';
COMMENT ON COLUMN schema_migrations.name IS 'its file name';
COMMENT ON COLUMN schema_migrations.sha256 IS 'hash of its text';
COMMENT ON COLUMN schema_migrations.applied_at IS 'when, UTC';
COMMENT ON COLUMN schema_migrations.code_version IS 'release that applied it';
