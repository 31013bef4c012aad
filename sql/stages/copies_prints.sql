-- Texts and their prints brought up to date, in day order, so that a window's prints lie together.
DELETE FROM compared_texts
WHERE
    day BETWEEN getvariable('loaded_from')::DATE AND getvariable('loaded_until')::DATE
    AND article_id IN (SELECT stale.article_id FROM stale_texts AS stale);

DELETE FROM fingerprints
WHERE
    day BETWEEN getvariable('loaded_from')::DATE AND getvariable('loaded_until')::DATE
    AND article_id IN (SELECT stale.article_id FROM stale_texts AS stale);

INSERT INTO compared_texts BY NAME
SELECT
    fresh.article_id,
    fresh.day,
    fresh.published_at,
    fresh.source_id,
    fresh.text_sha256,
    credits.credits,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM fresh_texts AS fresh
INNER JOIN fresh_credits AS credits ON fresh.article_id = credits.article_id
ORDER BY fresh.day, fresh.article_id;

INSERT INTO fingerprints BY NAME
SELECT
    fresh.day,
    prints.fp,
    prints.article_id,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM fresh_prints AS prints
INNER JOIN fresh_texts AS fresh ON prints.article_id = fresh.article_id
ORDER BY fresh.day, prints.fp;

-- A text on one of these days may have other copies now: one arrived or went, or what its outlet repeats has changed.
CREATE OR REPLACE TEMP TABLE unsettled_days AS
WITH touched AS (
    SELECT day FROM stale_texts
    UNION
    SELECT day FROM fresh_texts
),

around AS (
    SELECT unnest(range(-getvariable('copies_window_days')::INTEGER, getvariable('copies_window_days')::INTEGER + 1))
        AS n_days
)

SELECT DISTINCT touched.day + around.n_days::INTEGER AS day
FROM touched
CROSS JOIN around;
