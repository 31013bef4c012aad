-- One step further through the graph of pairs: what repeats, or is repeated by, what was reached last.
-- The days are those that so many steps can lead to.
CREATE OR REPLACE TEMP TABLE reached_texts AS
WITH pairs AS (
    SELECT
        one_id,
        other_id
    FROM text_pairs
    WHERE
        one_day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
        AND kind IS NOT NULL
),

partners AS (
    SELECT other_id AS article_id FROM pairs
    WHERE one_id IN (SELECT reached.article_id FROM reached_texts AS reached)
    UNION
    SELECT one_id AS article_id FROM pairs
    WHERE other_id IN (SELECT reached.article_id FROM reached_texts AS reached)
)

SELECT article_id FROM partners
EXCEPT
SELECT article_id FROM settled_texts;

INSERT INTO settled_texts
SELECT article_id FROM reached_texts;
