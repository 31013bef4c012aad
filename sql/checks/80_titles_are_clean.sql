-- Titles hold no control characters, no line breaks and nothing that turns the direction of what follows: they are
-- printed, mailed and pasted more than anything else. pipeline/text.py cleans them.
WITH final AS (
    SELECT
        'titles_are_clean' AS check_name,
        'the title holds a control character' AS what,
        article_id AS id
    FROM articles
    WHERE regexp_matches(title, '[\x00-\x1f\x7f\x{202a}-\x{202e}\x{2066}-\x{2069}]')
)

SELECT * FROM final;
