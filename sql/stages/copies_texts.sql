-- Which texts of this load's articles are to be compared with others: what is out of date, and what should stand there.
-- Below 30 words texts are alike by chance.
CREATE OR REPLACE TEMP TABLE wanted_texts AS
SELECT
    article_id,
    coalesce(published_at, first_seen_at)::DATE AS day,
    published_at,
    source_id,
    text_sha256,
    text
FROM articles_of_days(getvariable('loaded_from'), getvariable('loaded_until'))
WHERE
    article_id IN (SELECT loaded.article_id FROM loaded_articles AS loaded)
    AND n_words >= getvariable('copies_least_words')
    AND text IS NOT NULL;

CREATE OR REPLACE TEMP TABLE known_texts AS
SELECT * FROM compared_texts
WHERE
    day BETWEEN getvariable('loaded_from')::DATE AND getvariable('loaded_until')::DATE
    AND article_id IN (SELECT loaded.article_id FROM loaded_articles AS loaded);

CREATE OR REPLACE TEMP TABLE fresh_texts AS
SELECT wanted.*
FROM wanted_texts AS wanted
ANTI JOIN known_texts AS known
    ON
        wanted.article_id = known.article_id
        AND wanted.day = known.day
        AND wanted.published_at IS NOT DISTINCT FROM known.published_at
        AND wanted.source_id = known.source_id
        AND wanted.text_sha256 = known.text_sha256;

CREATE OR REPLACE TEMP TABLE stale_texts AS
SELECT
    known.article_id,
    known.day
FROM known_texts AS known
WHERE
    known.article_id IN (SELECT fresh.article_id FROM fresh_texts AS fresh)
    OR known.article_id NOT IN (SELECT wanted.article_id FROM wanted_texts AS wanted);
