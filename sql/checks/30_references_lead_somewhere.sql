-- What a row points to is there: an entry's article, an article's outlet, a copy's original … Which rows point to a lost
-- one, a query on the id tells; to carry their ids along would cost as much as all the rest. What is pointed to is looked for
-- in the whole table, also where only the rows of one run are checked.
WITH to_articles AS (
    SELECT 'entries.article_id' AS pointer, article_id AS id FROM entries WHERE is_checked(run_id)
    UNION ALL
    SELECT 'article_urls.article_id' AS pointer, article_id AS id FROM article_urls WHERE is_checked(run_id)
    UNION ALL
    SELECT 'story_articles.article_id' AS pointer, article_id AS id FROM story_articles WHERE is_checked(run_id)
    UNION ALL
    SELECT 'revisions.article_id' AS pointer, article_id AS id FROM revisions WHERE is_checked(run_id)
    UNION ALL
    SELECT 'rechecks.article_id' AS pointer, article_id AS id FROM rechecks WHERE is_checked(run_id)
    UNION ALL
    SELECT 'duplicates.article_id' AS pointer, article_id AS id FROM duplicates WHERE is_checked(run_id)
    UNION ALL
    SELECT 'duplicates.original_id' AS pointer, original_id AS id FROM duplicates WHERE is_checked(run_id)
),

to_feeds AS (
    SELECT 'entries.feed_id' AS pointer, feed_id AS id FROM entries WHERE is_checked(run_id)
    UNION ALL
    SELECT 'articles.feed_id' AS pointer, feed_id AS id FROM articles WHERE is_checked(run_id)
),

to_sources AS (
    SELECT 'feeds.source_id' AS pointer, source_id AS id FROM feeds WHERE is_checked(run_id)
    UNION ALL
    SELECT 'articles.source_id' AS pointer, source_id AS id FROM articles WHERE is_checked(run_id)
),

lost AS (
    SELECT 'article' AS target, pointers.* FROM to_articles AS pointers
    ANTI JOIN articles AS known ON pointers.id = known.article_id
    UNION ALL
    SELECT 'feed' AS target, pointers.* FROM to_feeds AS pointers
    ANTI JOIN feeds AS known ON pointers.id = known.feed_id
    UNION ALL
    SELECT 'outlet' AS target, pointers.* FROM to_sources AS pointers
    ANTI JOIN sources AS known ON pointers.id = known.source_id
    UNION ALL
    SELECT 'living story' AS target, 'story_articles.story_id' AS pointer, members.story_id AS id
    FROM story_articles AS members
    ANTI JOIN stories AS known ON members.story_id = known.story_id AND known.superseded_by IS NULL
    WHERE is_checked(members.run_id)
),

final AS (
    SELECT
        'references_lead_somewhere' AS check_name,
        'there is no such ' || target || ', but ' || pointer || ' points to it' AS what,
        id
    FROM lost
    WHERE id IS NOT NULL -- points nowhere yet
)

SELECT * FROM final;
