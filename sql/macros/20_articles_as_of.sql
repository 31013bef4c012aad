-- What did we know at a moment? `FROM articles_as_of(TIMESTAMP '2026-03-10 12:00')`: the articles known by then (UTC), with
-- the title and text of then. Where the page had not come yet, the feed's words stand, and text_from says feed. Dates and
-- authors are those that the first page gave; judgements are of the text that stands today, see relevance.
CREATE OR REPLACE MACRO articles_as_of(moment) AS TABLE -- noqa: CP05
    WITH latest AS (
        SELECT
            article_id,
            max_by(title, n) FILTER (WHERE kind <> 'retraction') AS title,
            max_by(text, n) FILTER (WHERE kind <> 'retraction') AS text,
            max_by(raw_ref, n) FILTER (WHERE kind <> 'retraction') AS raw_ref,
            max(observed_at) FILTER (WHERE kind <> 'retraction') AS revised_at,
            max_by(kind, n) = 'retraction' AS is_retracted,
            count(*) AS n_revisions
        FROM revisions
        WHERE observed_at <= moment::TIMESTAMP
        GROUP BY article_id
    ),

    known AS (
        SELECT
            articles.*,
            latest.title AS title_then,
            latest.text AS text_then,
            latest.raw_ref AS raw_ref_then,
            latest.revised_at AS revised_at_then,
            coalesce(latest.is_retracted, FALSE) AS is_retracted,
            coalesce(latest.n_revisions, 0) AS n_revisions_then,
            coalesce(articles.fetched_at <= moment::TIMESTAMP, articles.text_from = 'feed') AS is_read,
            CASE WHEN articles.revised_at IS NULL THEN articles.title ELSE articles.first_title END AS title_first,
            CASE WHEN articles.revised_at IS NULL THEN articles.text ELSE articles.first_text END AS text_first,
            coalesce(articles.first_raw_ref, articles.raw_ref) AS raw_ref_first,
            coalesce(entries.content, entries.summary) AS text_of_feed
        FROM articles
        LEFT JOIN latest ON articles.article_id = latest.article_id
        LEFT JOIN entries ON articles.entry_id = entries.entry_id
        WHERE articles.first_seen_at <= moment::TIMESTAMP
    ),

    final AS (
        SELECT
            article_id,
            published_at,
            CASE WHEN revised_at_then IS NULL THEN title_first ELSE title_then END AS title,
            CASE
                WHEN NOT is_read THEN text_of_feed
                WHEN revised_at_then IS NULL THEN text_first
                ELSE text_then
            END AS text,
            CASE WHEN is_read THEN text_from ELSE 'feed' END AS text_from,
            n_revisions_then AS n_revisions,
            revised_at_then AS revised_at,
            is_retracted,
            language,
            url,
            source_id,
            feed_id,
            entry_id,
            published_precision,
            published_from,
            published_reason,
            authors,
            first_seen_at,
            CASE WHEN is_read THEN fetched_at END AS fetched_at,
            CASE
                WHEN NOT is_read THEN NULL
                WHEN revised_at_then IS NULL THEN raw_ref_first
                ELSE raw_ref_then
            END AS raw_ref
        FROM known
    )

    SELECT * FROM final;

COMMENT ON MACRO TABLE articles_as_of IS 'The articles as known at a moment (UTC), with the title and text of then.'; -- noqa: PRS
