-- What a request can come to, in words. The list is that of pipeline/errors.py; a test keeps the two equal.
CREATE OR REPLACE VIEW outcomes AS
WITH listed (outcome, family, means, next_step) AS (
    VALUES
    ('ok', 'answered', 'the other side gave what was asked for', 'nothing to do'),
    ('not_modified', 'answered', 'the other side says that nothing has changed (304)', 'nothing to do'),
    ('same_body', 'answered', 'the answer is the one that we had already', 'nothing to do'),
    ('bad_url', 'not asked', 'the address is no http(s) address', 'correct the address in the feeds file'),
    (
        'blocked_address', 'not asked', 'the address leads to a host that is not public',
        'correct the address; name an intranet''s host and port in CONFLICTWIRE_ALLOW_ADDRESSES'
    ),
    (
        'robots', 'refused', 'robots.txt forbids us to ask',
        'ask the outlet for leave, or look for another feed of it'
    ),
    (
        'dns', 'no connection', 'the host''s name doesn''t resolve',
        'check how the host is spelt; wait a day; then look for the outlet''s new address'
    ),
    (
        'connect', 'no connection', 'the host takes no connection',
        'wait a day; then look for the outlet''s new address'
    ),
    (
        'tls_expired', 'no connection', 'the host''s certificate has expired',
        'wait for the outlet to renew it, or write to it'
    ),
    (
        'tls_hostname', 'no connection', 'the host''s certificate is for another name',
        'look for the name under which the outlet publishes now'
    ),
    (
        'tls_untrusted', 'no connection', 'nobody whom we trust has signed the host''s certificate',
        'write to the outlet; the check can''t be switched off'
    ),
    (
        'tls_protocol', 'no connection', 'the host and we have no common way to encrypt',
        'write to the outlet: its server is too old, or no web server'
    ),
    ('timeout_connect', 'no connection', 'no connection in time', 'wait; the next polls come by themselves'),
    (
        'timeout_headers', 'no connection', 'connected, but no answer in time',
        'wait; the next polls come by themselves'
    ),
    ('timeout_total', 'no connection', 'the answer took too long', 'wait; the next polls come by themselves'),
    ('protocol', 'bad answer', 'what came back is not HTTP', 'open the address in a browser; write to the outlet'),
    ('header_too_large', 'bad answer', 'the answer''s headers are too large', 'write to the outlet'),
    ('too_large', 'bad answer', 'the answer is larger than we take', 'look for a shorter feed of the outlet'),
    ('decode', 'bad answer', 'the answer can''t be decompressed', 'write to the outlet'),
    ('truncated', 'bad answer', 'the answer broke off', 'wait; the next polls come by themselves'),
    ('empty', 'bad answer', 'the answer is empty', 'wait a day; then write to the outlet'),
    (
        'redirect_limit', 'bad answer', 'redirected too often',
        'put the address that a browser ends at into the feeds file'
    ),
    (
        'redirect_loop', 'bad answer', 'redirected in a circle',
        'put the address that a browser ends at into the feeds file'
    ),
    (
        'redirect_invalid', 'bad answer', 'redirected to an address that can''t be asked',
        'put the address that a browser ends at into the feeds file'
    ),
    ('http_401', 'refused', 'the server wants a login (401)', 'look for a feed that is open to all'),
    (
        'http_403', 'refused', 'the server refuses us (403)',
        'ask the outlet for leave, naming our User-Agent, or look for another feed of it'
    ),
    (
        'http_404', 'not there', 'the server has nothing at the address (404)',
        'look for the new address on the outlet''s site'
    ),
    (
        'gone', 'not there', 'the server says that it is gone for good (410)',
        'look for the new address on the outlet''s site'
    ),
    ('http_451', 'refused', 'withheld for legal reasons (451)', 'ask the outlet, or look for another feed of it'),
    (
        'http_4xx', 'bad answer', 'the server takes our request for wrong (4xx)',
        'open the address in a browser; correct it'
    ),
    (
        'retry_later', 'server trouble', 'the server asks us to come later (429 or 503)',
        'wait; we come when it says'
    ),
    (
        'http_5xx', 'server trouble', 'the server has an error of its own (5xx)',
        'wait; the next polls come by themselves'
    ),
    (
        'http_other', 'bad answer', 'the server answers with a status that means nothing here',
        'open the address in a browser'
    ),
    (
        'blocked', 'refused', 'a wall against robots answers instead',
        'ask the outlet for leave, naming our User-Agent, or look for another feed of it'
    ),
    ('consent', 'refused', 'a page that wants consent answers instead', 'look for another feed of the outlet'),
    (
        'soft_404', 'not there', 'a page that says "not found" answers as if it were the thing',
        'look for the new address'
    ),
    (
        'wrong_type', 'bad answer', 'the answer is of another kind than was asked for',
        'open the address in a browser; correct it'
    ),
    (
        'resolver', 'our fault', 'our own name resolver doesn''t work',
        'check network and DNS here: `conflictwire doctor`'
    ),
    ('internal', 'our fault', 'our own code or machine failed', 'read the log; `conflictwire doctor`')
),

final AS (
    SELECT
        outcome,
        family,
        means,
        next_step,
        family = 'answered' AS is_ok,
        family = 'refused' AS is_refusal,
        family = 'our fault' AS is_ours
    FROM listed
)

SELECT * FROM final;

COMMENT ON VIEW outcomes IS 'What a request can come to, in words: the closed list behind fetches.outcome.';
COMMENT ON COLUMN outcomes.outcome IS 'outcome as it stands in fetches, feeds.last_outcome and articles.text_reason';
COMMENT ON COLUMN outcomes.family IS 'answered, not asked, refused, no connection, bad answer, not there, server trouble or our fault';
COMMENT ON COLUMN outcomes.means IS 'what it means, in words';
COMMENT ON COLUMN outcomes.next_step IS 'what a person can do about it';
COMMENT ON COLUMN outcomes.is_ok IS 'whether the other side gave what was asked for, changed or not';
COMMENT ON COLUMN outcomes.is_refusal IS 'whether the other side says no to us';
COMMENT ON COLUMN outcomes.is_ours IS 'whether the reason lies with us, not with the other side';
