-- Stories with at least one kept article; a story that was merged into another is not listed.
CREATE OR REPLACE VIEW conflict_stories AS
WITH kept AS (
    SELECT
        story_id,
        article_id,
        title,
        country,
        language,
        score,
        is_original,
        coalesce(published_at, first_seen_at) AS at_time,
        list_transform(types, LAMBDA scored: scored.type) AS type_names
    FROM conflict_articles_with_copies
    WHERE story_id IS NOT NULL
),

by_story AS (
    SELECT
        story_id,
        count(*) AS n_conflict_articles,
        count(*) FILTER (WHERE is_original) AS n_conflict_originals,
        max(score) AS score,
        arg_min(title, (at_time, article_id)) AS first_title,
        list_sort(list(DISTINCT country) FILTER (WHERE country IS NOT NULL)) AS countries,
        list_sort(
            list(DISTINCT split_part(language, '-', 1)) FILTER (WHERE language IS NOT NULL)
        ) AS languages,
        list_sort(list_distinct(flatten(list(type_names) FILTER (WHERE type_names IS NOT NULL)))) AS types
    FROM kept
    GROUP BY story_id
),

final AS (
    SELECT
        stories.story_id,
        coalesce(stories.headline, by_story.first_title) AS headline,
        stories.first_published_at,
        stories.last_published_at,
        stories.n_articles,
        stories.n_sources,
        stories.n_independent,
        by_story.n_conflict_articles,
        by_story.n_conflict_originals,
        by_story.score,
        coalesce(by_story.types, []) AS types,
        coalesce(by_story.countries, []) AS countries,
        coalesce(by_story.languages, []) AS languages,
        stories.run_id,
        stories.code_version
    FROM stories
    INNER JOIN by_story ON stories.story_id = by_story.story_id
    WHERE stories.superseded_by IS NULL
)

SELECT * FROM final;

COMMENT ON VIEW conflict_stories IS 'Stories with at least one article that is kept as conflict-related, one row each.';
COMMENT ON COLUMN conflict_stories.story_id IS 'id of the story; story_timeline tells it article by article';
COMMENT ON COLUMN conflict_stories.headline IS 'headline chosen from its articles, else the title of the earliest kept one';
COMMENT ON COLUMN conflict_stories.first_published_at IS 'earliest publication, UTC';
COMMENT ON COLUMN conflict_stories.last_published_at IS 'latest publication, UTC';
COMMENT ON COLUMN conflict_stories.n_articles IS 'articles in it, kept or not, copies included';
COMMENT ON COLUMN conflict_stories.n_sources IS 'outlets in it';
COMMENT ON COLUMN conflict_stories.n_independent IS 'reports in it, wire copies counted once';
COMMENT ON COLUMN conflict_stories.n_conflict_articles IS 'kept articles in it, copies included';
COMMENT ON COLUMN conflict_stories.n_conflict_originals IS 'kept originals in it: its rows in conflict_articles';
COMMENT ON COLUMN conflict_stories.score IS 'highest score of its kept articles, 0 to 1';
COMMENT ON COLUMN conflict_stories.types IS 'types of event after ACLED that its kept articles name, in alphabetical order';
COMMENT ON COLUMN conflict_stories.countries IS 'countries of the outlets of its kept articles, ISO 3166-1 alpha-3';
COMMENT ON COLUMN conflict_stories.languages IS 'languages of its kept articles, BCP-47 without regions';
COMMENT ON COLUMN conflict_stories.run_id IS 'run that wrote or last changed the story';
COMMENT ON COLUMN conflict_stories.code_version IS 'release of conflictwire that wrote or last changed the story';
