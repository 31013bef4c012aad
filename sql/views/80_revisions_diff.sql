-- What each revision changed, against the text before it: the revision before, else the article as first collected.
CREATE OR REPLACE VIEW revisions_diff AS
WITH befores AS (
    SELECT
        revisions.revision_id,
        revisions.article_id,
        revisions.n,
        revisions.kind,
        revisions.observed_at,
        sources.name AS source_name,
        articles.url,
        coalesce(
            lag(revisions.title) OVER (PARTITION BY revisions.article_id ORDER BY revisions.n), articles.title
        ) AS title_before,
        revisions.title AS title_after,
        coalesce(
            lag(revisions.text) OVER (PARTITION BY revisions.article_id ORDER BY revisions.n), articles.text
        ) AS text_before,
        revisions.text AS text_after,
        revisions.run_id,
        revisions.code_version
    FROM revisions
    LEFT JOIN articles ON revisions.article_id = articles.article_id
    LEFT JOIN sources ON articles.source_id = sources.source_id
),

paragraphs AS (
    SELECT
        *,
        coalesce(string_split(text_before, chr(10)), []) AS lines_before,
        coalesce(string_split(text_after, chr(10)), []) AS lines_after
    FROM befores
),

final AS (
    SELECT
        article_id,
        n,
        kind,
        observed_at,
        source_name,
        title_before,
        title_after,
        (title_before IS DISTINCT FROM title_after) AS is_title_changed,
        list_filter(lines_before, LAMBDA line: NOT list_contains(lines_after, line)) AS removed,
        list_filter(lines_after, LAMBDA line: NOT list_contains(lines_before, line)) AS added,
        text_before,
        text_after,
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
COMMENT ON COLUMN revisions_diff.kind IS 'typo, substantive, toll, headline or retraction';
COMMENT ON COLUMN revisions_diff.observed_at IS 'when the changed page was fetched or archived, UTC';
COMMENT ON COLUMN revisions_diff.source_name IS 'name of the outlet';
COMMENT ON COLUMN revisions_diff.title_before IS 'title before: of the revision before, else of the article';
COMMENT ON COLUMN revisions_diff.title_after IS 'title of the revision';
COMMENT ON COLUMN revisions_diff.is_title_changed IS 'whether the two differ';
COMMENT ON COLUMN revisions_diff.removed IS 'paragraphs that only the text before has, in its order';
COMMENT ON COLUMN revisions_diff.added IS 'paragraphs that only the revision has, in its order';
COMMENT ON COLUMN revisions_diff.text_before IS 'text before: of the revision before, else of the article';
COMMENT ON COLUMN revisions_diff.text_after IS 'text of the revision';
COMMENT ON COLUMN revisions_diff.url IS 'address of the article, normalized';
COMMENT ON COLUMN revisions_diff.revision_id IS 'id of the revision, see revisions';
COMMENT ON COLUMN revisions_diff.run_id IS 'run that wrote or last changed the revision';
COMMENT ON COLUMN revisions_diff.code_version IS 'release of conflictwire that wrote or last changed the revision';
