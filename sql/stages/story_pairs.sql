-- How alike the articles of one day are to one another and to those of the days before: cosine of their words, each
-- weighed by how rare it is in this window. Sums are of whole numbers, so that no order of rows can change them.
-- Articles and words are numbered first: the joins meet millions of rows, and numbers cost a tenth of names.
WITH documents AS MATERIALIZED (
    SELECT
        row_number() OVER (ORDER BY article_id)::INTEGER AS number,
        day = getvariable('story_day')::DATE AS is_today,
        day,
        article_id,
        dense_rank() OVER (ORDER BY story_id)::INTEGER AS story,
        words,
        weights
    FROM story_documents
    WHERE
        day BETWEEN getvariable('story_day')::DATE - getvariable('story_window_days')::INTEGER
        AND getvariable('story_day')::DATE
),

sizes AS (
    SELECT count(*) AS n_documents FROM documents
),

said AS MATERIALIZED (
    SELECT
        number,
        unnest(words) AS word,
        unnest(weights) AS weight
    FROM documents
),

vocabulary AS MATERIALIZED (
    SELECT
        said.word,
        row_number() OVER ()::INTEGER AS number,
        count(*) AS n,
        ln((any_value(sizes.n_documents) + 10) / (count(*) + 0.5)) AS rarity
    FROM said
    CROSS JOIN sizes
    GROUP BY said.word
),

weighed AS MATERIALIZED (
    SELECT
        said.number,
        vocabulary.number AS word,
        vocabulary.n,
        round(said.weight * 100 * vocabulary.rarity)::BIGINT AS weight
    FROM said
    INNER JOIN vocabulary ON said.word = vocabulary.word
),

norms AS MATERIALIZED (
    SELECT
        number,
        sqrt(sum(weight * weight)) AS norm
    FROM weighed
    GROUP BY number
),

-- a word of a single article joins nothing, and one that many have tells nothing
telling AS MATERIALIZED (
    SELECT
        weighed.number,
        weighed.word,
        weighed.weight::INTEGER AS weight,
        documents.is_today,
        documents.story
    FROM weighed
    INNER JOIN documents ON weighed.number = documents.number
    CROSS JOIN sizes
    WHERE weighed.n BETWEEN 2 AND greatest(100, sizes.n_documents // 20)
),

of_the_day AS (
    SELECT
        mine.number::BIGINT << 32 | theirs.number AS pair,
        sum(mine.weight::BIGINT * theirs.weight) AS product
    FROM telling AS mine
    INNER JOIN telling AS theirs
        ON
            mine.word = theirs.word
            AND (NOT theirs.is_today OR mine.number < theirs.number)
    WHERE mine.is_today
    GROUP BY pair
),

-- what an earlier story says together is measured by how alike its own articles are
of_earlier_stories AS (
    SELECT
        mine.number::BIGINT << 32 | theirs.number AS pair,
        sum(mine.weight::BIGINT * theirs.weight) AS product
    FROM telling AS mine
    INNER JOIN telling AS theirs
        ON
            mine.story = theirs.story
            AND mine.word = theirs.word
            AND mine.number < theirs.number
    WHERE NOT mine.is_today AND NOT theirs.is_today
    GROUP BY pair
),

products AS (
    SELECT
        (pair >> 32)::INTEGER AS one,
        (pair & 4294967295)::INTEGER AS other,
        product
    FROM of_the_day
    UNION ALL
    SELECT
        (pair >> 32)::INTEGER AS one,
        (pair & 4294967295)::INTEGER AS other,
        product
    FROM of_earlier_stories
),

final AS (
    SELECT
        ones.article_id AS one,
        others.article_id AS other,
        least(products.product / (mine.norm * theirs.norm), 1) AS similarity
    FROM products
    INNER JOIN norms AS mine ON products.one = mine.number
    INNER JOIN norms AS theirs ON products.other = theirs.number
    INNER JOIN documents AS ones ON products.one = ones.number
    INNER JOIN documents AS others ON products.other = others.number
    WHERE products.product >= getvariable('story_similarity') * mine.norm * theirs.norm
)

SELECT * FROM final
ORDER BY one, other;
