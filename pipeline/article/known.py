"""What the warehouse knows of hosts: what their pages repeat, and their newest texts to learn more from."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime

import pyarrow as pa

from pipeline import shard, warehouse
from pipeline.article.boilerplate import STORED_PAGES, WINDOW, KnownHost, Recorded
from pipeline.types import Boilerplate


def read_hosts(con: warehouse.Connection, hosts: Collection[str], *, now: datetime) -> dict[str, KnownHost]:
    """Return what is known of each of `hosts` at `now`, for `boilerplate.learn`."""
    warehouse.hand_over(con, "wanted_hosts", pa.table({"host": pa.array(sorted(hosts), pa.string())}))
    times = {"now": _plain(now), "window_start": _plain(now - WINDOW), "n_texts": STORED_PAGES}
    warehouse.set_variables(con, times)
    paragraphs: dict[str, list[Boilerplate]] = defaultdict(list)
    found = con.execute(warehouse.statement("stages", "host_boilerplate.sql")).to_arrow_table()
    for row in shard.rows(found, Boilerplate):
        paragraphs[row.host].append(row)
    texts: dict[str, list[str]] = defaultdict(list)
    for host, text in con.execute(warehouse.statement("stages", "host_texts.sql")).fetchall():
        texts[host].append(text)
    return {host: KnownHost(paragraphs=tuple(paragraphs[host]), texts=tuple(texts[host])) for host in hosts}


def read_versions(con: warehouse.Connection, versions: Collection[str]) -> dict[str, Recorded]:
    """Return recorded versions by their names, which are hashes of what they hold: whose host's doesn't matter."""
    query = "SELECT DISTINCT version, paragraph_sha256 FROM boilerplate WHERE version IN (SELECT unnest(?))"
    paragraphs: dict[str, set[str]] = defaultdict(set)
    for version, paragraph in con.execute(query, [sorted(versions)]).fetchall():
        paragraphs[version].add(paragraph)
    return {name: Recorded(version=name, paragraphs=frozenset(held)) for name, held in paragraphs.items()}


def _plain(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat()
