-- What each revision changed, against the text before it: the latest text before, else the article as first collected.
CREATE OR REPLACE VIEW revisions_diff AS
WITH befores AS (
    SELECT
        revisions.*,
        sources.name AS source_name,
        articles.url,
        coalesce(
            last_value(revisions.title IGNORE NULLS) OVER earlier,
            CASE WHEN articles.revised_at IS NULL THEN articles.title ELSE articles.first_title END
        ) AS title_before,
        coalesce(
            last_value(revisions.text IGNORE NULLS) OVER earlier,
            CASE WHEN articles.revised_at IS NULL THEN articles.text ELSE articles.first_text END
        ) AS text_before
    FROM revisions
    LEFT JOIN articles ON revisions.article_id = articles.article_id
    LEFT JOIN sources ON articles.source_id = sources.source_id
    WINDOW earlier AS (
        PARTITION BY revisions.article_id
        ORDER BY revisions.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),

-- of a revision that came without its sentences, paragraphs are told
paragraphs AS (
    SELECT
        *,
        coalesce(string_split(text_before, chr(10)), []) AS lines_before,
        coalesce(string_split(text, chr(10)), []) AS lines_after
    FROM befores
),

final AS (
    SELECT
        article_id,
        n,
        kind,
        what,
        observed_at,
        source_name,
        title_before,
        title AS title_after,
        (title IS NOT NULL AND title_before IS DISTINCT FROM title) AS is_title_changed,
        coalesce(
            removed, list_filter(lines_before, LAMBDA line: NOT list_contains(lines_after, line))
        ) AS removed,
        coalesce(
            added, list_filter(lines_after, LAMBDA line: NOT list_contains(lines_before, line))
        ) AS added,
        text_before,
        text AS text_after,
        url,
        revision_id,
        run_id,
        code_version
    FROM paragraphs
)

SELECT * FROM final;

COMMENT ON VIEW revisions_diff IS 'What each revision of an article changed, against the text before it.';
COMMENT ON COLUMN revisions_diff.article_id IS 'article, see articles';
COMMENT ON COLUMN revisions_diff.n IS 'number of the revision, from 1';
COMMENT ON COLUMN revisions_diff.kind IS 'typo, substantive, toll (figures of dead or wounded changed), headline (only the title changed) or retraction';
COMMENT ON COLUMN revisions_diff.what IS 'what changed, in a few words: figures before → after, words corrected, why it counts as withdrawn';
COMMENT ON COLUMN revisions_diff.observed_at IS 'when the changed page was first seen, UTC';
COMMENT ON COLUMN revisions_diff.source_name IS 'name of the outlet';
COMMENT ON COLUMN revisions_diff.title_before IS 'title before';
COMMENT ON COLUMN revisions_diff.title_after IS 'title of the revision; NULL where the page was gone';
COMMENT ON COLUMN revisions_diff.is_title_changed IS 'whether the two differ';
COMMENT ON COLUMN revisions_diff.removed IS 'sentences that only the text before had, in its order';
COMMENT ON COLUMN revisions_diff.added IS 'sentences that only this text has, in its order';
COMMENT ON COLUMN revisions_diff.text_before IS 'text before: the latest that there was, else as first collected';
COMMENT ON COLUMN revisions_diff.text_after IS 'text of the revision; NULL where the page was gone';
COMMENT ON COLUMN revisions_diff.url IS 'address of the article, normalized';
COMMENT ON COLUMN revisions_diff.revision_id IS 'id of the revision, see revisions';
COMMENT ON COLUMN revisions_diff.run_id IS 'run that wrote or last changed the revision';
COMMENT ON COLUMN revisions_diff.code_version IS 'release of conflictwire that wrote or last changed the revision';
