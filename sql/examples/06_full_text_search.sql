-- Who writes about shelling near a bridge, and why was it kept?
-- How to read it: `contains` finds a string as it stands and is fast; a regular expression takes word forms ((?i): upper or
-- lower case). found_here is the text around the first hit; reasons are the terms that made the article count as conflict.
-- Columns: published_at, source_name, title, found_here, terms, url
WITH final AS (
    SELECT
        published_at,
        source_name,
        title,
        regexp_extract(text, '(?i).{0,80}\bshell(ed|ing|s|fire)?\b.{0,80}') AS found_here,
        list_transform(reasons, LAMBDA reason: reason.term) AS terms,
        url
    FROM conflict_articles
    WHERE contains(lower(text), 'bridge') AND regexp_matches(text, '(?i)\bshell(ed|ing|s|fire)?\b')
)

SELECT * FROM final
ORDER BY published_at DESC NULLS LAST;
