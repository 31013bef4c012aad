-- How a story was told: all its articles, kept or not, in order of time; the stories are those of conflict_stories.
CREATE OR REPLACE VIEW story_timeline AS
WITH members AS (
    SELECT
        stories.story_id,
        stories.headline,
        story_articles.reason,
        articles.article_id,
        coalesce(articles.published_at, articles.first_seen_at) AS told_at,
        CASE WHEN articles.published_at IS NULL THEN 'seen' ELSE 'published' END AS told_at_is,
        sources.name AS source_name,
        sources.country,
        articles.language,
        articles.title,
        articles.url,
        relevance.label,
        kept.is_original,
        kept.duplicate_of
    FROM stories
    INNER JOIN story_articles ON stories.story_id = story_articles.story_id
    INNER JOIN articles ON story_articles.article_id = articles.article_id
    LEFT JOIN sources ON articles.source_id = sources.source_id
    LEFT JOIN relevance ON articles.article_id = relevance.article_id
    LEFT JOIN conflict_articles_with_copies AS kept ON articles.article_id = kept.article_id
    WHERE stories.superseded_by IS NULL
),

final AS (
    SELECT
        story_id,
        headline,
        row_number() OVER (PARTITION BY story_id ORDER BY told_at ASC, article_id ASC) AS place,
        told_at,
        told_at_is,
        date_diff('minute', min(told_at) OVER (PARTITION BY story_id), told_at) AS minutes_after_first,
        source_name,
        country,
        language,
        title,
        url,
        label,
        is_original,
        duplicate_of,
        reason,
        article_id
    FROM members
    QUALIFY bool_or(is_original IS NOT NULL) OVER (PARTITION BY story_id)
)

SELECT * FROM final;

COMMENT ON VIEW story_timeline IS 'How each story of conflict_stories was told: one row for each of its articles, kept or not.';
COMMENT ON COLUMN story_timeline.story_id IS 'story, see conflict_stories';
COMMENT ON COLUMN story_timeline.headline IS 'headline chosen from its articles';
COMMENT ON COLUMN story_timeline.place IS 'place in the story, from 1, in order of told_at';
COMMENT ON COLUMN story_timeline.told_at IS 'publication, else when we first saw it, UTC';
COMMENT ON COLUMN story_timeline.told_at_is IS 'which of the two told_at is: published or seen';
COMMENT ON COLUMN story_timeline.minutes_after_first IS 'minutes between the story''s first article and this one';
COMMENT ON COLUMN story_timeline.source_name IS 'name of the outlet';
COMMENT ON COLUMN story_timeline.country IS 'country of the outlet, ISO 3166-1 alpha-3; NULL where not stated in the feeds file';
COMMENT ON COLUMN story_timeline.language IS 'language of the text, BCP-47; NULL where it can''t be told';
COMMENT ON COLUMN story_timeline.title IS 'title, without the outlet''s name';
COMMENT ON COLUMN story_timeline.url IS 'address, normalized: no tracking parameters, no fragment';
COMMENT ON COLUMN story_timeline.label IS 'keep, review or drop';
COMMENT ON COLUMN story_timeline.is_original IS 'whether it is no copy of another kept article; NULL where it isn''t kept';
COMMENT ON COLUMN story_timeline.duplicate_of IS 'kept article that it repeats; NULL for an original';
COMMENT ON COLUMN story_timeline.reason IS 'why it is in the story';
COMMENT ON COLUMN story_timeline.article_id IS 'article, see articles';
