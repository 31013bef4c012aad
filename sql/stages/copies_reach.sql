-- One step further through the graph of pairs: what repeats, or is repeated by, what was reached last.
CREATE OR REPLACE TEMP TABLE reached_texts AS
WITH partners AS (
    SELECT other_id AS article_id FROM text_pairs
    WHERE kind IS NOT NULL AND one_id IN (SELECT reached.article_id FROM reached_texts AS reached)
    UNION
    SELECT one_id AS article_id FROM text_pairs
    WHERE kind IS NOT NULL AND other_id IN (SELECT reached.article_id FROM reached_texts AS reached)
)

SELECT article_id FROM partners
EXCEPT
SELECT article_id FROM settled_texts;

INSERT INTO settled_texts
SELECT article_id FROM reached_texts;
