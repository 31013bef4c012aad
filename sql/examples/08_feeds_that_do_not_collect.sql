-- Which feeds bring nothing, and what can be done about it?
-- How to read it: those that need a person come first; the clock is as_of, the latest request in the tables.
-- Columns: state, source_name, feed, diagnosis, next_step, last_new_entry_at, as_of
WITH final AS (
    SELECT state, source_name, feed, diagnosis, next_step, last_new_entry_at, as_of FROM feed_health
    WHERE state NOT IN ('collecting', 'inactive')
)

SELECT * FROM final;
