-- Addresses: an entry's link and where redirects led to always, what pages declare where it is borne out; with the reason
-- where it isn't. Which, says pipeline/identity.py, from the known addresses that sql/stages/addresses_known.sql found.
INSERT INTO article_urls BY NAME
SELECT
    given.*,
    key_hash(given.url_key) AS key_hash,
    getvariable('run_id') AS run_id,
    getvariable('code_version') AS code_version
FROM resolved_addresses AS given
ANTI JOIN mentioned_addresses AS known ON given.url_key = known.url_key AND given.article_id = known.article_id;

CREATE OR REPLACE TEMP TABLE changed_addresses AS
SELECT given.*
FROM resolved_addresses AS given
INNER JOIN mentioned_addresses AS known ON given.url_key = known.url_key AND given.article_id = known.article_id
WHERE (known.kind, known.reason) IS DISTINCT FROM (given.kind, given.reason);

UPDATE article_urls
SET
    kind = given.kind,
    reason = given.reason,
    run_id = getvariable('run_id'),
    code_version = getvariable('code_version')
FROM changed_addresses AS given
WHERE
    article_urls.key_hash = key_hash(given.url_key)
    AND article_urls.url_key = given.url_key
    AND article_urls.article_id = given.article_id;

UPDATE article_urls
SET
    url = given.url,
    first_seen_at = given.first_seen_at
FROM written_articles AS given
WHERE
    given.action = 'seen earlier'
    AND article_urls.key_hash = key_hash(given.url_key)
    AND article_urls.url_key = given.url_key
    AND article_urls.article_id = given.article_id;
