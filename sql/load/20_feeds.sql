-- Feeds: what the feeds file says always, what polling learnt only when it is newer than what we know.
CREATE OR REPLACE TEMP TABLE incoming_feeds AS
SELECT
    *,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM shard_feeds
QUALIFY row_number() OVER (PARTITION BY feed_id ORDER BY last_polled_at DESC NULLS LAST) = 1;

MERGE INTO feeds AS known
USING incoming_feeds AS given
    ON known.feed_id = given.feed_id
WHEN MATCHED AND given.last_polled_at > coalesce(known.last_polled_at, TIMESTAMP '1970-01-01') THEN UPDATE BY NAME
-- what stands against a feed is forgotten once a person has changed its address or name: see as_listed_anew
WHEN
    MATCHED AND (known.url, known.name, known.outlet) IS DISTINCT FROM (given.url, given.name, given.outlet)
    THEN UPDATE SET
        url = given.url,
        source_id = given.source_id,
        name = given.name,
        outlet = given.outlet,
        country = given.country,
        language = given.language,
        kind = given.kind,
        is_active = given.is_active,
        former_urls = given.former_urls,
        polled_url = NULL,
        next_poll_at = NULL,
        n_gone_days = 0,
        gone_at = NULL,
        retired_at = NULL,
        title = NULL,
        link_hosts = [],
        alarm = NULL,
        alarm_at = NULL
WHEN MATCHED THEN UPDATE SET
    url = given.url,
    source_id = given.source_id,
    name = given.name,
    outlet = given.outlet,
    country = given.country,
    language = given.language,
    kind = given.kind,
    is_active = given.is_active
WHEN NOT MATCHED THEN INSERT BY NAME;
