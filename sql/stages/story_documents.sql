-- What stories are made of: originals with the words of their titles and leads, by day. Copies follow their original.
-- Told here: which documents of the days around this load's articles are out of date, and what should stand there.
CREATE OR REPLACE TEMP TABLE story_span AS
SELECT coalesce(articles.published_at, articles.first_seen_at)::DATE AS day
FROM articles
WHERE articles.article_id IN (SELECT loaded.article_id FROM loaded_articles AS loaded)

UNION

SELECT known.day
FROM story_documents AS known
WHERE known.article_id IN (SELECT loaded.article_id FROM loaded_articles AS loaded)

UNION

-- an article became a copy, or is none any more
SELECT texts.day
FROM compared_texts AS texts
WHERE
    texts.article_id IN (SELECT gone.article_id FROM lost_duplicates AS gone)
    OR texts.article_id IN (SELECT come.article_id FROM new_duplicates AS come);

CREATE OR REPLACE TEMP TABLE span_articles AS
SELECT
    article_id,
    coalesce(published_at, first_seen_at) AS told_at,
    coalesce(published_at, first_seen_at)::DATE AS day,
    title,
    lead,
    md5(concat_ws(chr(10), coalesce(title, ''), coalesce(lead, ''))) AS words_md5
FROM articles
WHERE coalesce(published_at, first_seen_at)::DATE IN (SELECT span.day FROM story_span AS span);

CREATE OR REPLACE TEMP TABLE wanted_documents AS
SELECT * FROM span_articles
WHERE article_id NOT IN (SELECT copies.article_id FROM duplicates AS copies);

CREATE OR REPLACE TEMP TABLE stale_documents AS
SELECT
    known.article_id,
    known.day,
    known.story_id,
    known.story_day
FROM story_documents AS known
WHERE
    (
        known.day IN (SELECT span.day FROM story_span AS span)
        OR known.article_id IN (SELECT wanted.article_id FROM wanted_documents AS wanted)
    )
    AND NOT EXISTS (
        SELECT 1 FROM wanted_documents AS wanted
        WHERE
            wanted.article_id = known.article_id
            AND wanted.told_at = known.told_at
            AND wanted.words_md5 = known.words_md5
    );

-- the story that a changed document had is remembered: it may well keep it
CREATE OR REPLACE TEMP TABLE fresh_documents AS
SELECT
    wanted.*,
    stale.story_id,
    stale.story_day
FROM wanted_documents AS wanted
LEFT JOIN stale_documents AS stale ON wanted.article_id = stale.article_id AND wanted.day = stale.day
WHERE
    NOT EXISTS (
        SELECT 1 FROM story_documents AS known
        WHERE
            known.article_id = wanted.article_id
            AND known.told_at = wanted.told_at
            AND known.words_md5 = wanted.words_md5
    );

CREATE OR REPLACE TEMP TABLE touched_days AS
SELECT day FROM stale_documents
UNION
SELECT day FROM fresh_documents;
