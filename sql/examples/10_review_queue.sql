-- What should a person look at, because we couldn't decide?
-- How to read it: nearest to being kept first. The sentence and the terms are what spoke for it. None of these is in
-- conflict_articles.
-- Columns: score, published_at, source_name, language, title, sentence, terms, url, article_id
WITH final AS (
    SELECT
        relevance.score,
        articles.published_at,
        sources.name AS source_name,
        articles.language,
        articles.title,
        relevance.sentence,
        list_transform(relevance.reasons, LAMBDA reason: reason.term) AS terms,
        articles.url,
        articles.article_id
    FROM articles
    INNER JOIN relevance ON articles.article_id = relevance.article_id
    LEFT JOIN sources ON articles.source_id = sources.source_id
    WHERE relevance.label = 'review'
)

SELECT * FROM final
ORDER BY score DESC, article_id ASC;
