-- Why isn't this feed collecting? One line a feed, those that need a person first.
--
-- There is no "now" in it: its clock is the latest request that the tables know (as_of), so that a snapshot says the
-- same whenever it is read. Quiet is a week without a new entry, overdue a day past the time at which it was due.
CREATE OR REPLACE VIEW feed_health AS
WITH clock AS (
    SELECT
        greatest(
            (SELECT max(fetches.requested_at) FROM fetches), (SELECT max(feeds.last_polled_at) FROM feeds)
        ) AS as_of
),

week_of_entries AS (
    SELECT
        entries.feed_id,
        count(*) AS n_entries_7d
    FROM entries
    INNER JOIN clock ON entries.first_seen_at > clock.as_of - INTERVAL 7 DAY
    GROUP BY entries.feed_id
),

week_of_pages AS (
    SELECT
        fetches.feed_id,
        count(DISTINCT fetches.url) AS n_pages_7d,
        count(DISTINCT fetches.url) FILTER (WHERE outcomes.is_ok) AS n_pages_had_7d,
        mode(outcomes.means) FILTER (WHERE NOT outcomes.is_ok) AS page_trouble
    FROM fetches
    INNER JOIN clock ON fetches.requested_at > clock.as_of - INTERVAL 7 DAY
    LEFT JOIN outcomes ON fetches.outcome = outcomes.outcome
    WHERE fetches.kind = 'page'
    GROUP BY fetches.feed_id
),

known AS (
    SELECT
        feeds.*,
        clock.as_of,
        sources.name AS source_name,
        outcomes.is_ok,
        outcomes.next_step AS outcome_step,
        coalesce(week_of_entries.n_entries_7d, 0) AS n_entries_7d,
        coalesce(week_of_pages.n_pages_7d, 0) AS n_pages_7d,
        coalesce(week_of_pages.n_pages_had_7d, 0) AS n_pages_had_7d,
        n_pages_had_7d * 2 < n_pages_7d AS is_without_pages,
        coalesce(week_of_pages.page_trouble, 'something unknown') AS page_trouble,
        CASE
            WHEN outcomes.is_ok THEN 'it answers, but not with a feed that we can read'
            ELSE coalesce(outcomes.means, feeds.last_outcome, 'it is not known what the last request came to')
        END AS trouble,
        CASE
            WHEN NOT feeds.is_active THEN 'inactive'
            WHEN feeds.last_polled_at IS NULL THEN 'never met'
            WHEN feeds.retired_at IS NOT NULL THEN 'retired'
            WHEN outcomes.is_refusal THEN 'refused'
            WHEN feeds.last_ok_at IS NULL THEN 'never met'
            WHEN feeds.failures > 0 OR outcomes.is_ok IS NOT TRUE THEN 'failing'
            WHEN feeds.next_poll_at < clock.as_of - INTERVAL 1 DAY THEN 'overdue'
            WHEN feeds.last_new_entry_at > clock.as_of - INTERVAL 7 DAY THEN 'collecting'
            ELSE 'quiet'
        END AS state
    FROM feeds
    CROSS JOIN clock
    LEFT JOIN sources ON feeds.source_id = sources.source_id
    LEFT JOIN outcomes ON feeds.last_outcome = outcomes.outcome
    LEFT JOIN week_of_entries ON feeds.feed_id = week_of_entries.feed_id
    LEFT JOIN week_of_pages ON feeds.feed_id = week_of_pages.feed_id
),

worded AS (
    SELECT
        *,
        CASE
            WHEN state = 'inactive' THEN 'the feeds file no longer lists it; what it brought stays'
            WHEN last_polled_at IS NULL THEN 'not asked yet'
            WHEN state = 'overdue' THEN 'it answers, but wasn''t asked when it was due'
            WHEN state = 'collecting' THEN 'new entries in 7 days: ' || n_entries_7d
            WHEN state = 'quiet' AND last_new_entry_at IS NULL THEN 'it answers, but has not listed a single entry'
            WHEN state = 'quiet'
                THEN 'it answers; days without anything new: ' || date_diff('day', last_new_entry_at, as_of)
            WHEN state = 'retired'
                THEN trouble || ', on three days up to ' || retired_at::DATE || '; it is asked every 30 days'
            WHEN last_ok_at IS NULL THEN trouble || '; it has never answered as asked'
            ELSE trouble || '; it last answered as asked on ' || last_ok_at::DATE
        END AS finding,
        CASE
            WHEN state = 'inactive' THEN 'nothing to do, or list it again'
            WHEN last_polled_at IS NULL THEN 'wait for the next run'
            WHEN state = 'overdue' THEN 'see whether runs are scheduled and reach their end'
            WHEN alarm IS NOT NULL THEN 'see whether this is still the feed that was wanted'
            WHEN polled_url IS NOT NULL THEN 'put its new address into the feeds file: ' || polled_url
            WHEN state IN ('refused', 'never met', 'failing', 'retired') AND NOT is_ok THEN outcome_step
            WHEN state IN ('never met', 'failing') AND last_note LIKE 'the document hurt the parser%'
                THEN 'look for another feed of the outlet; this one is tried again by itself'
            WHEN state IN ('refused', 'never met', 'failing')
                THEN 'open the address in a browser: is it still a feed?'
            WHEN is_without_pages THEN 'its summaries are kept; for full texts look for another feed of the outlet'
            WHEN state = 'quiet' THEN 'see on the outlet''s site whether it publishes elsewhere now'
            WHEN lied_at > as_of - INTERVAL 30 DAY
                THEN 'nothing to do; tell the outlet that its ETag or Last-Modified stays when the feed changes'
            ELSE 'nothing to do'
        END AS next_step
    FROM known
),

final AS (
    SELECT
        state,
        source_name,
        coalesce(name, title, url) AS feed,
        concat_ws(
            '; ',
            CASE WHEN state <> 'inactive' THEN 'ALARM: ' || alarm END,
            finding,
            CASE
                WHEN state <> 'inactive' AND moving_to IS NOT NULL AND moving_to IS DISTINCT FROM polled_url
                    THEN
                        'it says that it moved for good to ' || moving_to || ', on days: ' || n_moving_days
                        || ' of the 3 after which it is believed'
            END,
            CASE
                WHEN state <> 'inactive' AND lied_at > as_of - INTERVAL 30 DAY
                    THEN
                        'its server said "not modified" of a changed feed on ' || lied_at::DATE
                        || ', so it is asked for the whole feed every time'
            END,
            CASE WHEN state <> 'inactive' THEN 'note: ' || last_note END,
            CASE
                WHEN state <> 'inactive' AND is_without_pages
                    THEN
                        'of ' || n_pages_7d || ' pages asked for in 7 days ' || n_pages_had_7d
                        || ' were had, mostly for this: ' || page_trouble
            END
        ) AS diagnosis,
        next_step,
        last_new_entry_at,
        last_ok_at,
        last_polled_at,
        next_poll_at,
        n_entries_7d,
        n_pages_7d,
        n_pages_had_7d,
        last_outcome,
        failures,
        n_polls,
        country,
        coalesce(polled_url, url) AS url,
        feed_id,
        as_of
    FROM worded
)

SELECT * FROM final
ORDER BY
    (state <> 'inactive' AND diagnosis LIKE 'ALARM%') DESC,
    list_position(
        ['never met', 'refused', 'retired', 'failing', 'overdue', 'quiet', 'collecting', 'inactive'], state
    ) ASC,
    source_name ASC,
    feed ASC;

COMMENT ON VIEW feed_health IS 'Why isn''t this feed collecting? One line a feed, those that need a person first.';
COMMENT ON COLUMN feed_health.state IS 'collecting; quiet: no new entry for 7 days; overdue: not asked for a day past its time; failing; refused; retired: gone for good; never met: never answered as asked; inactive: no longer in the feeds file';
COMMENT ON COLUMN feed_health.source_name IS 'name of the outlet';
COMMENT ON COLUMN feed_health.feed IS 'name given in the feeds file, else what the feed calls itself, else its address';
COMMENT ON COLUMN feed_health.diagnosis IS 'what is the matter, in words';
COMMENT ON COLUMN feed_health.next_step IS 'what a person can do about it';
COMMENT ON COLUMN feed_health.last_new_entry_at IS 'last poll that brought a new entry, UTC';
COMMENT ON COLUMN feed_health.last_ok_at IS 'last request that the other side answered as asked, UTC';
COMMENT ON COLUMN feed_health.last_polled_at IS 'last request, UTC';
COMMENT ON COLUMN feed_health.next_poll_at IS 'due from then on, UTC; NULL is due now';
COMMENT ON COLUMN feed_health.n_entries_7d IS 'entries first seen in the 7 days before as_of';
COMMENT ON COLUMN feed_health.n_pages_7d IS 'pages of its entries asked for in the 7 days before as_of';
COMMENT ON COLUMN feed_health.n_pages_had_7d IS 'of them, pages that were had';
COMMENT ON COLUMN feed_health.last_outcome IS 'outcome of the last request, see outcomes';
COMMENT ON COLUMN feed_health.failures IS 'graded failures in a row: 1 for a refusal, 0.5 for a server error, 0.25 for a time-out; 0 after a success';
COMMENT ON COLUMN feed_health.n_polls IS 'requests so far';
COMMENT ON COLUMN feed_health.country IS 'country of the outlet, ISO 3166-1 alpha-3';
COMMENT ON COLUMN feed_health.url IS 'address as it is requested now';
COMMENT ON COLUMN feed_health.feed_id IS 'id of the feed, see feeds';
COMMENT ON COLUMN feed_health.as_of IS 'the clock of this view: the latest request that the tables know, UTC';
