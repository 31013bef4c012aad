-- An entry stands once in entries.
WITH final AS (
    SELECT
        'entries_are_unique' AS check_name,
        'the entry stands ' || count(*) || ' times in entries' AS what,
        entry_id AS id
    FROM entries
    GROUP BY entry_id
    HAVING count(*) > 1
)

SELECT * FROM final;
