-- The pairs as they stand now, and whose links this may change.
CREATE OR REPLACE TEMP TABLE unsettled_texts AS
SELECT article_id FROM loaded_articles
UNION
SELECT one_id FROM lost_pairs
WHERE kind IS NOT NULL
UNION
SELECT other_id FROM lost_pairs
WHERE kind IS NOT NULL
UNION
SELECT one_id FROM compared_pairs
WHERE kind IS NOT NULL;

DELETE FROM text_pairs
USING lost_pairs AS lost
WHERE
    text_pairs.one_day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
    AND text_pairs.one_id = lost.one_id AND text_pairs.other_id = lost.other_id;

INSERT INTO text_pairs BY NAME
SELECT
    pairs.*,
    compared.kind,
    compared.jaccard,
    compared.of_one,
    compared.of_other,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM uncompared_pairs AS pairs
INNER JOIN compared_pairs AS compared ON pairs.one_id = compared.one_id AND pairs.other_id = compared.other_id
ORDER BY pairs.one_day, pairs.one_id, pairs.other_id;
