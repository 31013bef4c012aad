-- What all sights of an entry together say: the latest gives it its words (of those of one moment, the greater hash), the
-- earliest says since when it is known. They are written when their articles are known: see 65_entries.sql.
-- First the rows' places, by numbers alone, then the rows: to read both at once would read the long columns of all rows.
CREATE OR REPLACE TEMP TABLE entry_places AS
SELECT rowid AS place FROM entries
WHERE id_hash IN (SELECT names.id_hash FROM known_names AS names);

CREATE OR REPLACE TEMP TABLE known_entries AS
SELECT
    * EXCLUDE (run_id, code_version),
    sight_md5(link, title, summary, content, authors, categories, published_raw, updated_at) AS entry_md5
FROM entries
WHERE rowid IN (SELECT places.place FROM entry_places AS places);

-- which entry each one is now: the incoming ones, and those that turned out to be one with another
CREATE OR REPLACE TEMP TABLE entry_sights AS
WITH all_sights AS (
    SELECT
        * EXCLUDE (article_id),
        TRUE AS is_known
    FROM known_entries
    UNION ALL BY NAME
    SELECT
        given.*,
        key_hash(given.entry_id) AS id_hash,
        sight_md5(
            given.link, given.title, given.summary, given.content,
            given.authors, given.categories, given.published_raw, given.updated_at
        ) AS entry_md5,
        NULL::TIMESTAMP AS said_otherwise_at,
        FALSE AS is_known
    FROM shard_entries AS given
)

SELECT
    sights.*,
    names.id_hash AS of_hash,
    first_value(sights.entry_md5) OVER (
        PARTITION BY names.id_hash ORDER BY sights.last_seen_at DESC, sights.entry_md5 DESC
    ) AS standing_md5
FROM all_sights AS sights
INNER JOIN settled_names AS names ON sights.id_hash = names.name_hash;

CREATE OR REPLACE TEMP TABLE incoming_entries AS
WITH spans AS (
    SELECT
        of_hash,
        min(first_seen_at) AS first_seen_at,
        min(observed_at) AS observed_at,
        max(
            CASE WHEN entry_md5 = standing_md5 THEN said_otherwise_at ELSE last_seen_at END
        ) AS said_otherwise_at
    FROM entry_sights
    GROUP BY of_hash
),

standing AS (
    SELECT * FROM entry_sights
    QUALIFY
        row_number() OVER (
            PARTITION BY of_hash ORDER BY last_seen_at DESC, entry_md5 DESC, is_known DESC, entry_id ASC
        ) = 1
),

-- the row that stays: the entry's own, or the first that was seen of it
named AS (
    SELECT
        sights.of_hash,
        sights.entry_id,
        sights.guid,
        sights.is_known,
        sights.discovered_via,
        sights.backfill_id,
        sights.observed_at IS NULL AS is_ours
    FROM entry_sights AS sights
    WHERE sights.id_hash = sights.of_hash
    QUALIFY row_number() OVER (PARTITION BY sights.of_hash ORDER BY sights.is_known DESC, sights.entry_md5 ASC) = 1
)

SELECT
    standing.* EXCLUDE (of_hash, standing_md5, is_known) REPLACE (
        named.entry_id AS entry_id,
        named.guid AS guid,
        standing.of_hash AS id_hash,
        spans.first_seen_at AS first_seen_at,
        CASE WHEN NOT named.is_ours THEN spans.observed_at END AS observed_at,
        spans.said_otherwise_at AS said_otherwise_at,
        named.discovered_via AS discovered_via,
        named.backfill_id AS backfill_id
    ),
    NOT named.is_known AS is_new,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM standing
INNER JOIN spans ON standing.of_hash = spans.of_hash
INNER JOIN named ON standing.of_hash = named.of_hash;

-- ids, as given or as they were, and the entry that each stands for
CREATE OR REPLACE TEMP TABLE entry_ids AS
SELECT DISTINCT
    sights.entry_id AS given_id,
    incoming.entry_id
FROM entry_sights AS sights
INNER JOIN incoming_entries AS incoming ON sights.of_hash = incoming.id_hash;
