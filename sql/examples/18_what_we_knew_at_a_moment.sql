-- What did we know at a moment, and what do the same reports say today?
-- How to read it: one row a report that was changed since; here the moment is just before the first change of all. Put any
-- moment (UTC) into articles_as_of, such as TIMESTAMP '2026-03-10 12:00'.
-- Columns: url, title_then, title_today, text_then, text_today, n_revisions
WITH moment AS (
    SELECT min(observed_at) - INTERVAL 1 SECOND AS chosen FROM revisions
),

final AS (
    SELECT
        articles.url,
        known.title AS title_then,
        articles.title AS title_today,
        known.text AS text_then,
        articles.text AS text_today,
        articles.n_revisions
    FROM articles_as_of((SELECT moment.chosen FROM moment)) AS known
    INNER JOIN articles ON known.article_id = articles.article_id
    WHERE articles.n_revisions > known.n_revisions
)

SELECT * FROM final
ORDER BY url;
