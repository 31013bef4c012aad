-- Links of the texts that were settled, written where they differ from what stands; all of them lie on the days that
-- were reached.
CREATE OR REPLACE TEMP TABLE lost_duplicates AS
SELECT
    known.article_id,
    known.original_id
FROM duplicates AS known
WHERE
    known.day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
    AND (
        known.article_id IN (SELECT settled.article_id FROM settled_texts AS settled)
        OR known.original_id IN (SELECT settled.article_id FROM settled_texts AS settled)
    )
    AND NOT EXISTS (
        SELECT 1 FROM settled_links AS links
        WHERE
            links.article_id = known.article_id
            AND links.original_id = known.original_id
            AND links.day::DATE = known.day
            AND links.original_day::DATE = known.original_day
            AND links.kind = known.kind
            AND links.jaccard = known.jaccard
            AND links.containment = known.containment
            AND links.containment_of_original = known.containment_of_original
            AND links.method = known.method
    );

DELETE FROM duplicates
USING lost_duplicates AS lost
WHERE
    duplicates.day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
    AND duplicates.article_id = lost.article_id
    AND duplicates.original_id = lost.original_id;

CREATE OR REPLACE TEMP TABLE new_duplicates AS
SELECT
    links.* REPLACE (links.day::DATE AS day, links.original_day::DATE AS original_day),
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM settled_links AS links
ANTI JOIN duplicates AS known
    ON
        links.article_id = known.article_id
        AND links.original_id = known.original_id
        AND known.day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE;

INSERT INTO duplicates BY NAME
SELECT * FROM new_duplicates
ORDER BY day, article_id;
