-- The originals of a day whose story is another one than before; the days after it are settled beside these.
UPDATE story_documents
SET story_id = placed.story_id, story_day = placed.story_day::DATE
FROM placed_today AS placed
WHERE
    story_documents.day = getvariable('story_day')::DATE
    AND story_documents.article_id = placed.article_id;
