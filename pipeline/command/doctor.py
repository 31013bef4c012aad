"""`conflictwire doctor`: what is missing, and how to mend it."""

import argparse
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement
from rich.table import Table
from rich.text import Text

from pipeline import __version__, subscriptions, warehouse
from pipeline.checks import run_checks
from pipeline.command.sql import wide_console
from pipeline.config import Settings, read_settings
from pipeline.errors import ConflictwireError, StoreError
from pipeline.replay import quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. `mend` is empty when it is well; what isn't `is_vital` only limits."""

    what: str
    state: str
    mend: str = ""
    is_vital: bool = True


def run(args: argparse.Namespace) -> int:
    """Look at everything; exit 1 when something vital is amiss."""
    settings = read_settings(data=args.data)
    findings = [finding for look in _LOOKS for finding in look(settings)]
    table = Table("", "what", "found", "how to mend it", header_style="bold")
    for found in findings:
        mark = "ok" if not found.mend else "AMISS" if found.is_vital else "note"
        table.add_row(mark, Text(found.what), Text(found.state, overflow="fold"), Text(found.mend, overflow="fold"))
    wide_console().print(table)
    return int(any(found.mend and found.is_vital for found in findings))


def _software(_: Settings) -> Iterator[Finding]:
    old = sys.version_info < (3, 11)
    state = f"{sys.version.split()[0]}, conflictwire {__version__}"
    yield Finding(what="Python", state=state, mend="install Python 3.11 or newer" if old else "")
    missing = [requirement.name for requirement in _requirements() if not _is_met(requirement)]
    mend = "pip install -r constraints.txt && pip install --no-deps -e ." if missing else ""
    yield Finding(
        what="libraries",
        state=f"missing or of another version: {', '.join(missing)}" if missing else "all there",
        mend=mend,
    )
    try:
        yield Finding(what="Airflow", state=version("apache-airflow"))
    except PackageNotFoundError:
        yield Finding(
            what="Airflow",
            state="not installed",
            mend="only for scheduled runs: pip install -r constraints.txt",
            is_vital=False,
        )


def _requirements() -> list[Requirement]:
    found = map(Requirement, requires("conflictwire") or [])
    return [requirement for requirement in found if requirement.marker is None or requirement.marker.evaluate()]


def _is_met(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(version(requirement.name), prereleases=True)
    except PackageNotFoundError:
        return False


def _live(settings: Settings) -> Iterator[Finding]:
    yield Finding(
        what="contact",
        state=settings.contact or "none",
        mend="" if settings.contact else "export CONFLICTWIRE_CONTACT=you@example.org: it stands in our User-Agent",
    )
    if settings.host_delay_s < 1:
        yield Finding(
            what="pause between requests",
            state=f"{settings.host_delay_s} s",
            mend="below 1 s only for CONFLICTWIRE_ALLOW_ADDRESSES: unset CONFLICTWIRE_HOST_DELAY_S for live runs",
            is_vital=False,
        )
    try:
        socket.getaddrinfo("example.org", 443)
        yield Finding(what="network", state="names resolve")
    except OSError as error:
        yield Finding(
            what="network",
            state=f"names don't resolve ({error.strerror})",
            mend="check the network and /etc/resolv.conf",
        )


def _feeds(settings: Settings) -> Iterator[Finding]:
    try:
        feeds = subscriptions.read([settings.feeds])
        yield Finding(what="feeds file", state=f"{settings.feeds}: {len(feeds)} feeds")
    except ConflictwireError as error:
        yield Finding(what="feeds file", state=str(error), mend="set CONFLICTWIRE_FEEDS, or `conflictwire feeds add …`")


def _store(settings: Settings) -> Iterator[Finding]:
    try:
        warehouse.require_space(settings)
        yield Finding(what="data folder", state=f"{settings.data.resolve()}: writable, enough space")
    except StoreError as error:
        yield Finding(what="data folder", state=str(error), mend="as it says")
        return
    if not settings.snapshot.exists():
        yield Finding(what="snapshot", state="none yet", mend="conflictwire ingest", is_vital=False)
        return
    if not settings.warehouse.exists():
        lost = f"no {settings.warehouse} beside a snapshot: the next run would begin anew"
        yield Finding(what="store", state=lost, mend="copy the snapshot or a file of the folder backups/ to it")
        return
    try:
        with warehouse.open_snapshot(settings) as con:
            row = con.execute("SELECT count(*) FROM conflict_articles").fetchone()
            looks = con.execute("SELECT count(*), (SELECT count(*) FROM revisions) FROM rechecks").fetchone()
        yield Finding(what="snapshot", state=f"{settings.snapshot}: {row[0] if row else 0} conflict articles")
        ages = ", ".join(f"{age.total_seconds() / 3600:g} h" for age in settings.rechecks)
        n_looks, n_revisions = looks or (0, 0)
        state = f"after {ages}" if ages else "off: set CONFLICTWIRE_RECHECKS=1h,6h,24h,7d"
        yield Finding(what="looking again", state=f"{state}; {n_looks} looks so far, {n_revisions} revisions")
        with warehouse.reading(settings) as con:
            run_checks(con)
        cases = quarantined(settings)
        yield Finding(
            what="quarantine",
            state=", ".join(f"{n} {reason}" for reason, n in Counter(c.row.reason for c in cases).items()) or "empty",
            mend="conflictwire requeue --list shows it; after an upgrade, conflictwire requeue" if cases else "",
            is_vital=False,
        )
        yield Finding(what="promises", state="all of sql/checks/ hold")
    except ConflictwireError as error:
        yield Finding(what="store", state=str(error), mend="restore a file of the folder backups/, or report it")


_LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (_software, _live, _feeds, _store)
