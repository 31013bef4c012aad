-- What couldn't we have, and whose fault is it?
-- How to read it: one row for each way in which requests failed; "our fault" is the only family that a change here mends,
-- "refused" asks for a word with the outlet. hosts names those with the most such failures.
-- Columns: kind, outcome, family, means, n_requests, n_addresses, hosts, last_at
WITH failed AS (
    SELECT
        fetches.kind,
        fetches.outcome,
        outcomes.family,
        outcomes.means,
        fetches.url,
        fetches.requested_at,
        regexp_extract(fetches.url, '^[a-z]+://([^/]+)', 1) AS host
    FROM fetches
    INNER JOIN outcomes ON fetches.outcome = outcomes.outcome
    WHERE NOT outcomes.is_ok
),

final AS (
    SELECT
        kind,
        outcome,
        family,
        means,
        count(*) AS n_requests,
        count(DISTINCT url) AS n_addresses,
        approx_top_k(host, 5) AS hosts,
        max(requested_at) AS last_at
    FROM failed
    GROUP BY ALL
)

SELECT * FROM final
ORDER BY n_requests DESC, kind ASC, outcome ASC;
