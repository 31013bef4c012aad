-- Pairs of texts, no further apart than the window, that share enough prints to be compared word by word. A print that
-- stands in many texts of one outlet is the outlet's furniture and doesn't count; one that many outlets print is a wire
-- copy's, and does. Partners of a text lie within a window of it, and what their outlets repeat within another one.
CREATE OR REPLACE TEMP TABLE candidate_pairs AS
WITH texts AS MATERIALIZED (
    SELECT
        article_id,
        day,
        source_id,
        text_sha256
    FROM compared_texts
    WHERE day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
),

prints AS MATERIALIZED (
    SELECT
        fingerprints.day,
        fingerprints.fp,
        fingerprints.article_id,
        texts.source_id
    FROM fingerprints
    INNER JOIN texts
        ON fingerprints.article_id = texts.article_id AND fingerprints.day = texts.day
    WHERE
        fingerprints.day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
),

often AS (
    SELECT
        source_id,
        fp
    FROM prints
    GROUP BY source_id, fp
    HAVING count(*) >= getvariable('copies_furniture')
),

furniture AS (
    SELECT
        mine.article_id,
        mine.fp
    FROM prints AS mine
    INNER JOIN often ON mine.source_id = often.source_id AND mine.fp = often.fp
    INNER JOIN prints AS theirs
        ON
            mine.source_id = theirs.source_id
            AND mine.fp = theirs.fp
            AND abs(mine.day - theirs.day) <= getvariable('copies_window_days')
    GROUP BY mine.article_id, mine.fp
    HAVING count(*) >= getvariable('copies_furniture')
),

telling AS MATERIALIZED (
    SELECT prints.*
    FROM prints
    ANTI JOIN furniture ON prints.article_id = furniture.article_id AND prints.fp = furniture.fp
),

alike AS (
    SELECT
        least(mine.article_id, theirs.article_id) AS one_id,
        greatest(mine.article_id, theirs.article_id) AS other_id,
        any_value(CASE WHEN mine.article_id < theirs.article_id THEN mine.day ELSE theirs.day END) AS one_day,
        any_value(CASE WHEN mine.article_id < theirs.article_id THEN theirs.day ELSE mine.day END) AS other_day
    FROM telling AS mine
    INNER JOIN telling AS theirs
        ON
            mine.fp = theirs.fp
            AND mine.article_id <> theirs.article_id
            AND abs(mine.day - theirs.day) <= getvariable('copies_window_days')
    WHERE mine.day IN (SELECT unsettled.day FROM unsettled_days AS unsettled)
    GROUP BY least(mine.article_id, theirs.article_id), greatest(mine.article_id, theirs.article_id)
    HAVING count(DISTINCT mine.fp) >= getvariable('copies_least_shared')
),

-- whatever an outlet repeats, the same words are the same text
equal AS (
    SELECT
        mine.article_id AS one_id,
        theirs.article_id AS other_id,
        mine.day AS one_day,
        theirs.day AS other_day
    FROM texts AS mine
    INNER JOIN texts AS theirs
        ON
            mine.text_sha256 = theirs.text_sha256
            AND mine.article_id < theirs.article_id
            AND abs(mine.day - theirs.day) <= getvariable('copies_window_days')
    WHERE
        mine.day IN (SELECT unsettled.day FROM unsettled_days AS unsettled)
        OR theirs.day IN (SELECT unsettled.day FROM unsettled_days AS unsettled)
),

final AS (
    SELECT * FROM alike
    UNION
    SELECT * FROM equal
)

SELECT
    final.*,
    ones.text_sha256 AS one_sha256,
    others.text_sha256 AS other_sha256
FROM final
INNER JOIN texts AS ones ON final.one_id = ones.article_id AND final.one_day = ones.day
INNER JOIN texts AS others ON final.other_id = others.article_id AND final.other_day = others.day;

-- pairs on these days that are no candidates any more, or were compared by other texts
CREATE OR REPLACE TEMP TABLE lost_pairs AS
SELECT
    known.one_id,
    known.other_id,
    known.kind
FROM text_pairs AS known
ANTI JOIN candidate_pairs AS candidates
    ON
        known.one_id = candidates.one_id
        AND known.other_id = candidates.other_id
        AND known.one_sha256 = candidates.one_sha256
        AND known.other_sha256 = candidates.other_sha256
WHERE
    known.one_day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
    AND (
        known.one_day IN (SELECT unsettled.day FROM unsettled_days AS unsettled)
        OR known.other_day IN (SELECT unsettled.day FROM unsettled_days AS unsettled)
    );

CREATE OR REPLACE TEMP TABLE uncompared_pairs AS
SELECT candidates.*
FROM candidate_pairs AS candidates
ANTI JOIN text_pairs AS known
    ON
        candidates.one_id = known.one_id
        AND candidates.other_id = known.other_id
        AND candidates.one_sha256 = known.one_sha256
        AND candidates.other_sha256 = known.other_sha256
        AND known.one_day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE;
