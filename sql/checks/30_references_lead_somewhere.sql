-- What a row points to is there: an entry's article, an article's outlet, a copy's original … Which rows point to a lost
-- one, a query on the id tells; to carry their ids along would cost as much as all the rest.
WITH to_articles AS (
    SELECT 'entries.article_id' AS pointer, article_id AS id FROM entries
    UNION ALL
    SELECT 'article_urls.article_id' AS pointer, article_id AS id FROM article_urls
    UNION ALL
    SELECT 'story_articles.article_id' AS pointer, article_id AS id FROM story_articles
    UNION ALL
    SELECT 'revisions.article_id' AS pointer, article_id AS id FROM revisions
    UNION ALL
    SELECT 'rechecks.article_id' AS pointer, article_id AS id FROM rechecks
    UNION ALL
    SELECT 'duplicates.article_id' AS pointer, article_id AS id FROM duplicates
    UNION ALL
    SELECT 'duplicates.original_id' AS pointer, original_id AS id FROM duplicates
),

to_feeds AS (
    SELECT 'entries.feed_id' AS pointer, feed_id AS id FROM entries
    UNION ALL
    SELECT 'articles.feed_id' AS pointer, feed_id AS id FROM articles
),

to_sources AS (
    SELECT 'feeds.source_id' AS pointer, source_id AS id FROM feeds
    UNION ALL
    SELECT 'articles.source_id' AS pointer, source_id AS id FROM articles
),

lost AS (
    SELECT 'article' AS target, * FROM to_articles
    WHERE id NOT IN (SELECT articles.article_id FROM articles)
    UNION ALL
    SELECT 'feed' AS target, * FROM to_feeds
    WHERE id NOT IN (SELECT feeds.feed_id FROM feeds)
    UNION ALL
    SELECT 'outlet' AS target, * FROM to_sources
    WHERE id NOT IN (SELECT sources.source_id FROM sources)
    UNION ALL
    SELECT 'living story' AS target, 'story_articles.story_id' AS pointer, story_id AS id FROM story_articles
    WHERE story_id NOT IN (SELECT stories.story_id FROM stories WHERE stories.superseded_by IS NULL)
),

final AS (
    SELECT
        'references_lead_somewhere' AS check_name,
        'there is no such ' || target || ', but ' || pointer || ' points to it' AS what,
        id
    FROM lost
    WHERE id IS NOT NULL -- points nowhere yet; NULL NOT IN (an empty table) is true
)

SELECT * FROM final;
