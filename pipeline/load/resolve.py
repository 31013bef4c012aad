"""Incoming articles → known or new ones, before sql/load/50_articles.sql; the decision is pipeline.identity's."""

from dataclasses import dataclass, replace

from pipeline import shard, warehouse
from pipeline.errors import BadUrlError
from pipeline.identity import Candidate, keys_of
from pipeline.identity import resolve as decide
from pipeline.types import Address
from pipeline.url import is_home, url_key

_GIVEN = """
SELECT
    article_id, url, url_key, final_url, final_key, canonical_url, amp_url, title,
    CASE WHEN text_from = 'page' THEN text END AS text, published_at, first_seen_at
FROM shard_articles
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    url_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resolved:
    article_id: str
    target_id: str


def resolve(con: warehouse.Connection) -> None:
    """Leave the tables `resolved_articles` (each incoming id with the article that it is) and `resolved_addresses`."""
    given = list(shard.rows(con.execute(_GIVEN).to_arrow_table(), Candidate))
    mentioned = sorted({key for one in given for key in keys_of(one)})
    warehouse.hand_over(con, "mentioned_keys", shard.table(_Key, [_Key(url_key=key) for key in mentioned]))
    con.execute(warehouse.statement("stages", "addresses_known.sql"))
    known = [
        _with_final_key(one) for one in shard.rows(con.execute("FROM candidates_known").to_arrow_table(), Candidate)
    ]
    addresses = list(shard.rows(con.execute("FROM mentioned_addresses").to_arrow_table(), Address))
    resolution = decide(given, known, addresses)
    resolved = [_Resolved(article_id=one, target_id=target) for one, target in sorted(resolution.targets.items())]
    warehouse.hand_over(con, "resolved_articles", shard.table(_Resolved, resolved))
    warehouse.hand_over(con, "resolved_addresses", shard.table(Address, resolution.addresses))


def _with_final_key(one: Candidate) -> Candidate:
    """Return a known article with what its table doesn't keep."""
    try:
        is_telling = one.final_url is not None and not is_home(one.final_url)
        return replace(one, final_key=url_key(one.final_url)) if one.final_url and is_telling else one
    except BadUrlError:
        return one
