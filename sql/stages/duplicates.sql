-- Articles with the same text, for the texts that this load touched: each copy points to the original, which is the
-- earliest by publication, then by our first sight, then by id. What counts is the text that stands: a revision of an
-- article is never a copy of it, and two articles that were revised apart are no longer the same text. Below 30 words
-- texts are alike by chance.
CREATE OR REPLACE TEMP TABLE touched_texts AS
SELECT text_sha256 FROM written_articles
WHERE action IN ('new', 'page came', 'replayed')
UNION
SELECT old_text_sha256 FROM written_articles
WHERE action IN ('page came', 'replayed')
UNION
SELECT text_sha256 FROM revised_articles
UNION
SELECT old_text_sha256 FROM revised_articles;

CREATE OR REPLACE TEMP TABLE changed_articles AS
SELECT article_id FROM written_articles
WHERE action IN ('page came', 'replayed')
UNION
SELECT article_id FROM revised_articles;

CREATE OR REPLACE TEMP TABLE same_texts AS
WITH members AS (
    SELECT
        article_id,
        text_sha256,
        row_number() OVER (
            PARTITION BY text_sha256
            ORDER BY published_at ASC NULLS LAST, first_seen_at ASC, article_id ASC
        ) AS place
    FROM articles
    WHERE n_words >= 30 AND text_sha256 IN (SELECT touched.text_sha256 FROM touched_texts AS touched)
)

SELECT
    copies.article_id,
    originals.article_id AS original_id,
    'same_text' AS kind,
    1.0 AS jaccard,
    1.0 AS containment,
    1.0 AS containment_of_original,
    'words-sha256/1' AS method
FROM members AS copies
INNER JOIN members AS originals
    ON copies.text_sha256 = originals.text_sha256 AND originals.place = 1
WHERE copies.place > 1;

CREATE OR REPLACE TEMP TABLE new_duplicates AS
SELECT * FROM same_texts
WHERE
    NOT EXISTS (
        SELECT 1 FROM duplicates AS known
        WHERE known.article_id = same_texts.article_id AND known.original_id = same_texts.original_id
    );

DELETE FROM duplicates
WHERE
    method = 'words-sha256/1'
    AND (
        article_id IN (SELECT changed.article_id FROM changed_articles AS changed)
        OR original_id IN (SELECT changed.article_id FROM changed_articles AS changed)
        OR article_id IN (SELECT same.article_id FROM same_texts AS same)
        OR article_id IN (SELECT same.original_id FROM same_texts AS same)
    );

INSERT INTO duplicates BY NAME
SELECT
    *,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM same_texts;
