-- Revisions of the articles that were looked at, as pipeline/revision.py tells them from all looks; and the text that
-- stands, which articles holds. A withdrawn text stands on. What was first collected is kept beside it.
CREATE OR REPLACE TEMP TABLE new_revisions AS
SELECT revision_id FROM made_revisions
WHERE revision_id NOT IN (SELECT known.revision_id FROM revisions AS known);

DELETE FROM revisions
WHERE
    article_id IN (SELECT told.article_id FROM told_articles AS told)
    AND revision_id NOT IN (SELECT made.revision_id FROM made_revisions AS made);

MERGE INTO revisions AS known
USING (
    SELECT
        *,
        getvariable('run_id') AS run_id,
        getvariable('code_version') AS code_version
    FROM made_revisions
) AS given
    ON known.revision_id = given.revision_id
WHEN
    MATCHED AND hash(known.kind, known.what, known.title, known.text, known.removed, known.added, known.observed_at)
    <> hash(given.kind, given.what, given.title, given.text, given.removed, given.added, given.observed_at)
    THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;

CREATE OR REPLACE TEMP TABLE revised_articles AS
SELECT
    told.*,
    articles.text_sha256 AS old_text_sha256,
    coalesce(articles.published_at, articles.first_seen_at)::DATE AS day
FROM told_articles AS told
INNER JOIN articles ON told.article_id = articles.article_id
WHERE
    hash(articles.title, articles.text, articles.n_revisions, articles.revised_at, articles.retracted_at)
    <> hash(told.title, told.text, told.n_revisions, told.revised_at, told.retracted_at);

UPDATE articles
SET
    title = told.title,
    lead = told.lead,
    text = told.text,
    text_sha256 = told.text_sha256,
    n_words = told.n_words,
    updated_at = coalesce(told.updated_at, articles.updated_at),
    n_revisions = told.n_revisions,
    revised_at = told.revised_at,
    retracted_at = told.retracted_at,
    first_title = told.first_title,
    first_text = told.first_text,
    first_raw_ref = told.first_raw_ref,
    raw_ref = told.raw_ref,
    run_id = getvariable('run_id'),
    code_version = getvariable('code_version')
FROM revised_articles AS told
WHERE articles.article_id = told.article_id;
