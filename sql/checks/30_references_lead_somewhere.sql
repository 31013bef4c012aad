-- What a row points to is there: an entry's article, an article's outlet, a copy's original … One list of pointers a
-- target, so that each target is looked up in one go. An entry without an article yet is the next run's work (NULL).
WITH to_articles AS (
    SELECT
        'the article of entry ' || entry_id AS pointer,
        article_id AS id
    FROM entries
    UNION ALL
    SELECT
        'the article of address ' || url_key AS pointer,
        article_id AS id
    FROM article_urls
    UNION ALL
    SELECT
        'an article of story ' || story_id AS pointer,
        article_id AS id
    FROM story_articles
    UNION ALL
    SELECT
        'the article of revision ' || revision_id AS pointer,
        article_id AS id
    FROM revisions
    UNION ALL
    SELECT
        'the copy of original ' || original_id AS pointer,
        article_id AS id
    FROM duplicates
    UNION ALL
    SELECT
        'the original of copy ' || article_id AS pointer,
        original_id AS id
    FROM duplicates
),

to_feeds AS (
    SELECT
        'the feed of entry ' || entry_id AS pointer,
        feed_id AS id
    FROM entries
    UNION ALL
    SELECT
        'the feed of article ' || article_id AS pointer,
        feed_id AS id
    FROM articles
),

to_sources AS (
    SELECT
        'the outlet of feed ' || feed_id AS pointer,
        source_id AS id
    FROM feeds
    UNION ALL
    SELECT
        'the outlet of article ' || article_id AS pointer,
        source_id AS id
    FROM articles
),

lost AS (
    SELECT * FROM to_articles
    WHERE id IS NOT NULL AND id NOT IN (SELECT articles.article_id FROM articles)
    UNION ALL
    SELECT * FROM to_feeds
    WHERE id IS NOT NULL AND id NOT IN (SELECT feeds.feed_id FROM feeds)
    UNION ALL
    SELECT * FROM to_sources
    WHERE id NOT IN (SELECT sources.source_id FROM sources)
    UNION ALL
    SELECT
        'the story of article ' || article_id AS pointer,
        story_id AS id
    FROM story_articles
    WHERE story_id NOT IN (SELECT stories.story_id FROM stories WHERE stories.superseded_by IS NULL)
),

final AS (
    SELECT
        'references_lead_somewhere' AS check_name,
        pointer || ' is missing' AS what,
        id
    FROM lost
)

SELECT * FROM final;
