-- How alike the articles of one day are to one another and to those of the days before: cosine of their words, each
-- weighed by how rare it is in this window. Sums are of whole numbers, so that no order of rows can change them.
WITH words AS MATERIALIZED (
    SELECT
        day,
        article_id,
        story_id,
        unnest(words) AS word,
        unnest(weights) AS weight
    FROM story_documents
    WHERE
        day BETWEEN getvariable('story_day')::DATE - getvariable('story_window_days')::INTEGER
        AND getvariable('story_day')::DATE
),

sizes AS (
    SELECT count(DISTINCT article_id) AS n_documents FROM words
),

frequencies AS (
    SELECT
        word,
        count(*) AS n
    FROM words
    GROUP BY word
),

weighed AS MATERIALIZED (
    SELECT
        words.day,
        words.word,
        words.article_id,
        words.story_id,
        round(words.weight * 100 * ln((sizes.n_documents + 10) / (frequencies.n + 0.5)))::BIGINT AS weight,
        frequencies.n <= greatest(100, sizes.n_documents // 20) AS is_telling
    FROM words
    INNER JOIN frequencies ON words.word = frequencies.word
    CROSS JOIN sizes
),

norms AS (
    SELECT
        article_id,
        sqrt(sum(weight * weight)) AS norm
    FROM weighed
    GROUP BY article_id
),

of_the_day AS (
    SELECT
        mine.article_id AS one,
        theirs.article_id AS other,
        sum(mine.weight * theirs.weight) AS product
    FROM weighed AS mine
    INNER JOIN weighed AS theirs
        ON
            mine.word = theirs.word
            AND (mine.day > theirs.day OR mine.article_id < theirs.article_id)
    WHERE mine.day = getvariable('story_day')::DATE AND mine.is_telling
    GROUP BY mine.article_id, theirs.article_id
),

-- what an earlier story says together is measured by how alike its own articles are
of_earlier_stories AS (
    SELECT
        mine.article_id AS one,
        theirs.article_id AS other,
        sum(mine.weight * theirs.weight) AS product
    FROM weighed AS mine
    INNER JOIN weighed AS theirs
        ON
            mine.story_id = theirs.story_id
            AND mine.word = theirs.word
            AND mine.article_id < theirs.article_id
    WHERE
        mine.is_telling
        AND mine.day < getvariable('story_day')::DATE
        AND theirs.day < getvariable('story_day')::DATE
    GROUP BY mine.article_id, theirs.article_id
),

products AS (
    SELECT * FROM of_the_day
    UNION ALL
    SELECT * FROM of_earlier_stories
),

final AS (
    SELECT
        products.one,
        products.other,
        least(products.product / (mine.norm * theirs.norm), 1) AS similarity
    FROM products
    INNER JOIN norms AS mine ON products.one = mine.article_id
    INNER JOIN norms AS theirs ON products.other = theirs.article_id
    WHERE products.product >= getvariable('story_similarity') * mine.norm * theirs.norm
)

SELECT * FROM final
ORDER BY one, other;
