-- Memberships and stories, from where the originals were placed: what changed is written, and nothing else.
-- why an original is where it is: the article that it is most like, and the weightiest words that both have
CREATE OR REPLACE TEMP TABLE placed_reasons AS
WITH around AS (
    SELECT
        article_id,
        words
    FROM story_documents
    WHERE
        day BETWEEN getvariable('placed_from')::DATE - getvariable('story_window_days')::INTEGER
        AND getvariable('placed_until')::DATE
)

SELECT
    placed.article_id,
    placed.story_id,
    placed.day::DATE AS day,
    CASE
        WHEN placed.like_id IS NULL THEN 'like no other of its days'
        ELSE printf(
            '%.2f like %s: %s',
            placed.similarity,
            placed.like_id,
            array_to_string(
                list_filter(mine.words, LAMBDA word: list_contains(theirs.words, word))[:6], ', '
            )
        )
    END AS reason
FROM placed_documents AS placed
INNER JOIN around AS mine ON placed.article_id = mine.article_id
LEFT JOIN around AS theirs ON placed.like_id = theirs.article_id;

-- a copy is where its original is; of several originals, where the one is that it repeats most of
CREATE OR REPLACE TEMP TABLE placed_copies AS
SELECT
    copies.article_id,
    documents.story_id,
    copies.day,
    'copy of ' || copies.original_id AS reason
FROM duplicates AS copies
INNER JOIN story_documents AS documents ON copies.original_id = documents.article_id
WHERE
    documents.day >= getvariable('told_from')::DATE
    AND copies.day >= getvariable('told_from')::DATE
    AND (
        copies.article_id IN (SELECT changed.article_id FROM changed_articles AS changed)
        OR copies.original_id IN (SELECT placed.article_id FROM placed_documents AS placed)
    )
QUALIFY row_number() OVER (
    PARTITION BY copies.article_id
    ORDER BY copies.jaccard DESC NULLS LAST, copies.containment DESC NULLS LAST, copies.original_id ASC
) = 1;

CREATE OR REPLACE TEMP TABLE moved_articles AS
WITH now_there AS (
    SELECT * FROM placed_reasons
    UNION ALL
    SELECT * FROM placed_copies
)

SELECT
    now_there.article_id,
    known.story_id AS old_story_id,
    now_there.story_id,
    now_there.day,
    now_there.reason
FROM now_there
LEFT JOIN story_articles AS known
    ON now_there.article_id = known.article_id AND known.day >= getvariable('told_from')::DATE
WHERE
    (known.story_id, known.day, known.reason)
    IS DISTINCT FROM (now_there.story_id, now_there.day, now_there.reason);

DELETE FROM story_articles
WHERE
    day >= getvariable('told_from')::DATE
    AND article_id IN (SELECT moved.article_id FROM moved_articles AS moved);

INSERT INTO story_articles BY NAME
SELECT
    story_id,
    article_id,
    day,
    reason,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM moved_articles
ORDER BY day, article_id;

CREATE OR REPLACE TEMP TABLE touched_stories AS
SELECT story_id FROM moved_articles
UNION
SELECT old_story_id FROM moved_articles
WHERE old_story_id IS NOT NULL
UNION
-- an article that was rewritten or redated in its place
SELECT members.story_id FROM story_articles AS members
WHERE
    members.day >= getvariable('told_from')::DATE
    AND members.article_id IN (SELECT loaded.article_id FROM loaded_articles AS loaded);

-- The headline is the title of the story's earliest original that has one.
CREATE OR REPLACE TEMP TABLE told_stories AS
WITH copies AS (
    SELECT DISTINCT article_id FROM duplicates
    WHERE day >= getvariable('told_from')::DATE
)

SELECT
    members.story_id,
    min(members.day) FILTER (WHERE copies.article_id IS NULL) AS began_on,
    arg_min(
        articles.title, (coalesce(articles.published_at, articles.first_seen_at), articles.article_id)
    ) FILTER (WHERE copies.article_id IS NULL AND articles.title IS NOT NULL) AS headline,
    min(articles.published_at) AS first_published_at,
    max(articles.published_at) AS last_published_at,
    count(*) AS n_articles,
    count(DISTINCT articles.source_id) AS n_sources,
    count(*) FILTER (WHERE copies.article_id IS NULL) AS n_independent
FROM story_articles AS members
INNER JOIN articles_of_days(getvariable('told_from'), DATE '9999-01-01') AS articles
    ON members.article_id = articles.article_id
LEFT JOIN copies ON members.article_id = copies.article_id
WHERE
    members.day >= getvariable('told_from')::DATE
    AND members.story_id IN (SELECT touched.story_id FROM touched_stories AS touched)
GROUP BY members.story_id;

CREATE OR REPLACE TEMP TABLE changed_stories AS
SELECT
    told.*,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM told_stories AS told
ANTI JOIN stories AS known
    ON
        told.story_id = known.story_id
        AND told.began_on = known.began_on
        AND told.headline IS NOT DISTINCT FROM known.headline
        AND told.first_published_at IS NOT DISTINCT FROM known.first_published_at
        AND told.last_published_at IS NOT DISTINCT FROM known.last_published_at
        AND told.n_articles = known.n_articles
        AND told.n_sources = known.n_sources
        AND told.n_independent = known.n_independent
        AND known.superseded_by IS NULL;

DELETE FROM stories
WHERE
    began_on >= getvariable('told_from')::DATE
    AND story_id IN (SELECT changed.story_id FROM changed_stories AS changed);

INSERT INTO stories BY NAME
SELECT * FROM changed_stories
ORDER BY began_on, story_id;

-- a story that lost its last article points to the one that got most of them, and so do those that pointed to it
CREATE OR REPLACE TEMP TABLE ended_stories AS
SELECT
    moved.old_story_id AS story_id,
    moved.story_id AS superseded_by
FROM moved_articles AS moved
WHERE
    moved.old_story_id IS NOT NULL
    AND moved.old_story_id NOT IN (SELECT told.story_id FROM told_stories AS told)
GROUP BY moved.old_story_id, moved.story_id
QUALIFY row_number() OVER (PARTITION BY moved.old_story_id ORDER BY count(*) DESC, moved.story_id ASC) = 1;

UPDATE stories
SET
    superseded_by = ended.superseded_by,
    n_articles = 0,
    n_sources = 0,
    n_independent = 0,
    run_id = getvariable('run_id'),
    code_version = getvariable('code_version')
FROM ended_stories AS ended
WHERE stories.began_on >= getvariable('told_from')::DATE AND stories.story_id = ended.story_id;

UPDATE stories
SET superseded_by = ended.superseded_by
FROM ended_stories AS ended
WHERE
    stories.superseded_by IS NOT NULL
    AND stories.superseded_by = ended.story_id AND stories.story_id <> ended.superseded_by;
