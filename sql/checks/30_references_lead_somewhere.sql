-- What a row points to is there: an entry's article, an article's outlet, a copy's original … All pointers to articles
-- are looked up in one go, which costs one pass over them.
WITH to_articles AS (
    SELECT 'entry' AS kind, entry_id AS holder, article_id AS id FROM entries
    UNION ALL
    SELECT 'address' AS kind, url_key AS holder, article_id AS id FROM article_urls
    UNION ALL
    SELECT 'member of story' AS kind, story_id AS holder, article_id AS id FROM story_articles
    UNION ALL
    SELECT 'revision' AS kind, revision_id AS holder, article_id AS id FROM revisions
    UNION ALL
    SELECT 'copy of original' AS kind, original_id AS holder, article_id AS id FROM duplicates
    UNION ALL
    SELECT 'original of copy' AS kind, article_id AS holder, original_id AS id FROM duplicates
),

to_feeds AS (
    SELECT 'entry' AS kind, entry_id AS holder, feed_id AS id FROM entries
    UNION ALL
    SELECT 'article' AS kind, article_id AS holder, feed_id AS id FROM articles
),

to_sources AS (
    SELECT 'feed' AS kind, feed_id AS holder, source_id AS id FROM feeds
    UNION ALL
    SELECT 'article' AS kind, article_id AS holder, source_id AS id FROM articles
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
    SELECT 'living story' AS target, 'article' AS kind, article_id AS holder, story_id AS id FROM story_articles
    WHERE story_id NOT IN (SELECT stories.story_id FROM stories WHERE stories.superseded_by IS NULL)
),

final AS (
    SELECT
        'references_lead_somewhere' AS check_name,
        'there is no such ' || target || ', but the ' || kind || ' ' || holder || ' points to it' AS what,
        id
    FROM lost
    WHERE id IS NOT NULL -- points nowhere yet; NULL NOT IN (an empty table) is true
)

SELECT * FROM final;
