-- What stories are made of: originals with the words of their titles and leads, by day. Copies follow their original.
-- Told here: which documents are out of date for what this load wrote, and what should stand there. All of it lies on the
-- days that links between copies were settled on.
CREATE OR REPLACE TEMP TABLE changed_articles AS
SELECT article_id FROM loaded_articles
UNION
-- an article became a copy, or is none any more
SELECT article_id FROM lost_duplicates
UNION
SELECT article_id FROM new_duplicates;

CREATE OR REPLACE TEMP TABLE wanted_documents AS
SELECT
    article_id,
    coalesce(published_at, first_seen_at) AS told_at,
    coalesce(published_at, first_seen_at)::DATE AS day,
    title,
    lead,
    md5(concat_ws(chr(10), coalesce(title, ''), coalesce(lead, ''))) AS words_md5
FROM articles_of_days(getvariable('copies_from'), getvariable('copies_until'))
WHERE
    article_id IN (SELECT changed.article_id FROM changed_articles AS changed)
    AND article_id NOT IN (
        SELECT copies.article_id FROM duplicates AS copies
        WHERE copies.day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
    );

CREATE OR REPLACE TEMP TABLE stale_documents AS
SELECT
    known.article_id,
    known.day,
    known.story_id,
    known.story_day
FROM story_documents AS known
WHERE
    known.day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
    AND known.article_id IN (SELECT changed.article_id FROM changed_articles AS changed)
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
            known.day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
            AND known.article_id = wanted.article_id
            AND known.told_at = wanted.told_at
            AND known.words_md5 = wanted.words_md5
    );

CREATE OR REPLACE TEMP TABLE touched_days AS
SELECT day FROM stale_documents
UNION
SELECT day FROM fresh_documents;
