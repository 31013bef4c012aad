"""When are two addresses the same? Pure.

`normalize_url` cleans an address and keeps it usable; `url_key` goes on to what may differ between two spellings of one
page (scheme, `www.`, trailing slash) and is only ever compared, never requested.
"""

import re
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

import idna

from pipeline.errors import BadUrlError

MAX_URL_CHARS = 2048

# Parameters that name a visit, not a page. Families end in `*`; names from the documentation of the senders (Google
# Analytics utm_*, Google Ads gclid, Meta fbclid, Microsoft msclkid, Mailchimp mc_*, AT Internet at_*, HubSpot _hs*, …).
_TRACKING = re.compile(
    r"(?:utm_|at_|mc_|pk_|mtm_|matomo_|piwik_|hsa_|_hs|ga_|oly_|vero_|trk_|sc_c|icid|ns_)\w*"
    r"|(?:fb|g|gb|wb|dc|ms|tw|tt|yc|li_fat_|s_k?w?)clid|gclsrc|msclkid|igshid|igsh|wt\.?mc|wtmc\w*|cmpid|cmp|ito"
    r"|ref_src|ref_url|feature=share|xtor|__twitter_impression|guccounter|spm|smid|partner=rss|mkt_tok|_ga|_gl|yclid"
    r"|li_fat_id|maca|traffic_source|ocid|source=rss",
    re.IGNORECASE | re.ASCII,
)
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE = _PATH_SAFE + "?"
_EDGES = "".join(map(chr, range(0x21)))  # WHATWG URL: trimmed at both ends; tab and line ends go wherever they stand


def normalize_url(url: str) -> str:
    """Clean `url` without changing what it leads to; idempotent.

    Lower-cases scheme and host (IDNA for other scripts), drops default port, credentials, fragment and tracking
    parameters, sorts the rest, evens out percent-encoding. Raises BadUrlError unless it is http(s) with a host and at
    most 2,048 characters.
    """
    text = re.sub(r"[\t\r\n]", "", url.strip(_EDGES))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadUrlError(f"not an address: {url[:200]!r} ({error})") from None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not parts.hostname:
        raise BadUrlError(f"not an http(s) address with a host: {url[:200]!r}")
    host = _host(parts.hostname, url)
    if port and port != {"http": 80, "https": 443}[scheme]:
        host = f"{host}:{port}"
    clean = urlunsplit((scheme, host, _even(parts.path, _PATH_SAFE) or "/", _query(parts.query), ""))
    if len(clean) > MAX_URL_CHARS:
        raise BadUrlError(f"address longer than {MAX_URL_CHARS} characters: {url[:100]!r}…")
    return clean


def url_key(url: str) -> str:
    """Return what spellings of one page's address share: no scheme, `www.`, trailing slash. Raises BadUrlError."""
    parts = urlsplit(normalize_url(url))
    path = parts.path.rstrip("/")
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.removeprefix('www.')}{path}{query}"


def is_home(url: str) -> bool:
    """Whether `url` is a site's front door (also in a language: `/en/`), which can't identify an article."""
    parts = urlsplit(url)
    return (
        not parts.query
        and re.fullmatch(r"/?(?:[a-z]{2}(?:-[a-zA-Z]{2})?/?|index\.\w{2,5}|home/?)?", parts.path) is not None
    )


def host_of(url: str) -> str:
    """Return `host` or `host:port` of an http(s) address, lower-cased; the unit of politeness. Raises BadUrlError."""
    return urlsplit(normalize_url(url)).netloc


def host_port_of(url: str) -> str:
    """Return `host:port` of an http(s) address, the port always said as in exceptions. Raises BadUrlError."""
    parts = urlsplit(normalize_url(url))
    return parts.netloc if parts.port else f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}"


def short_hash(*parts: str, length: int = 20) -> str:
    """Return a hex id of `length` (4 bits each) over `parts`; the parts can't run into one another."""
    joined = "\x1f".join(part.replace("\x1f", " ") for part in parts)
    return sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _host(host: str, url: str) -> str:
    host = host.rstrip(".").lower()
    if ":" in host:
        return f"[{host}]"
    if host.isascii():
        if not host or re.search(r"[^a-z0-9._-]", host):
            raise BadUrlError(f"not a host name: {url[:200]!r}")
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise BadUrlError(f"not a host name: {url[:200]!r} ({error})") from None


def _even(text: str, safe: str) -> str:
    """Even out percent-encoding: unreserved bytes plain, all others as `%XX`, what was encoded stays encoded."""

    def plain(match: re.Match[str]) -> str:
        byte = unquote_to_bytes(match[0])
        return chr(byte[0]) if byte[0] in _UNRESERVED else match[0].upper()

    escaped = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return quote(re.sub(r"%[0-9A-Fa-f]{2}", plain, escaped), safe=safe, errors="replace")


def _query(query: str) -> str:
    pairs = [pair for pair in query.split("&") if pair and not _is_tracking(pair)]
    return "&".join(sorted(_even(pair, _QUERY_SAFE) for pair in pairs))


def _is_tracking(pair: str) -> bool:
    name = _even(pair.partition("=")[0], "")
    return _TRACKING.fullmatch(name) is not None or _TRACKING.fullmatch(pair) is not None
