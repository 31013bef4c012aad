-- What ranks the texts whose links are settled: day, publication, outlet, credits.
WITH final AS (
    SELECT
        texts.article_id,
        texts.day,
        texts.published_at,
        sources.name,
        sources.kind,
        texts.credits
    FROM compared_texts AS texts
    LEFT JOIN sources ON texts.source_id = sources.source_id
    WHERE
        texts.day BETWEEN getvariable('copies_from')::DATE AND getvariable('copies_until')::DATE
        AND texts.article_id IN (SELECT settled.article_id FROM settled_texts AS settled)
)

SELECT * FROM final
ORDER BY article_id;
