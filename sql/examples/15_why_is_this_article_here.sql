-- Why does an article count as conflict, term by term?
-- How to read it: one row a term that counted, heaviest first; negative weights speak against. place and the characters say
-- where it stands. Put the article_id that you wonder about into the first lines; as it stands, the newest is explained.
-- Columns: article_id, title, score, term, weight, place, start_char, end_char
WITH chosen AS (
    SELECT article_id, title, score, reasons FROM conflict_articles
    ORDER BY published_at DESC NULLS LAST, article_id ASC
    LIMIT 1
),

told AS (
    SELECT article_id, title, score, unnest(reasons) AS reason FROM chosen
),

final AS (
    SELECT
        article_id,
        title,
        score,
        reason.term,
        reason.weight,
        reason."where" AS place,
        reason.start_char,
        reason.end_char
    FROM told
)

SELECT * FROM final
ORDER BY weight DESC, start_char ASC;
