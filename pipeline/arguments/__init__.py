"""What the `conflictwire` command can be told: the parser, with examples in its help."""

import argparse
from pathlib import Path

from pipeline import __version__
from pipeline.arguments.past import add_backfill, add_replay, add_rescore
from pipeline.arguments.verb import Commands, command

_ENVIRONMENT = """\
environment:
  CONFLICTWIRE_DATA             data folder (default: data); --data wins
  CONFLICTWIRE_FEEDS            feeds file (default: config/feeds.toml)
  CONFLICTWIRE_CONTACT          web or mail address in our User-Agent; live runs refuse to start without one
  CONFLICTWIRE_ALLOW_ADDRESSES  host:port,… that may be dialled although not public (tests, intranets)
  CONFLICTWIRE_HOST_DELAY_S     pause between requests to one host, seconds (default: 1)

`conflictwire doctor` says what is missing and how to mend it.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    top = argparse.ArgumentParser(
        prog="conflictwire",
        description="News feeds to tables about armed conflict: poll, fetch, extract, deduplicate, load, query.",
        epilog=_ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"conflictwire {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_ingest(commands)
    _add_feeds(commands)
    _add_sql(commands)
    _add_assess(commands)
    add_replay(commands)
    add_rescore(commands)
    add_backfill(commands)
    _add_small(commands)
    return top


def _add_ingest(commands: Commands) -> None:
    parser = command(
        commands,
        "ingest",
        "ingest:run",
        "run one cycle: poll feeds, fetch new pages, extract, judge, load, publish",
        "  conflictwire ingest                         what is due of $CONFLICTWIRE_FEEDS\n"
        "  conflictwire ingest --feeds my.opml         these now, due or not\n"
        "  conflictwire ingest --feeds https://example.org/rss.xml --data /srv/conflictwire\n"
        "exit code: 0 when every feed got its outcome; otherwise the machinery failed or nothing could be reached",
    )
    parser.add_argument("--feeds", nargs="+", metavar="A", help="feeds.toml, OPML files or addresses to poll now")
    parser.add_argument("--all", action="store_true", help="poll all feeds of the feeds file, due or not")


def _add_feeds(commands: Commands) -> None:
    parser = commands.add_parser("feeds", help="list, add, import, export feeds; see their health")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    command(verbs, "list", "feeds:show", "list the feeds of the feeds file", "  conflictwire feeds list")
    add = command(
        verbs,
        "add",
        "feeds:add",
        "add a feed to the feeds file",
        "  conflictwire feeds add https://example.org/rss.xml --outlet 'The Example' --country GBR --language en",
    )
    add.add_argument("url")
    for name, text in (
        ("name", "what to call it"),
        ("outlet", "who publishes it"),
        ("country", "of the outlet, ISO 3166-1 alpha-3"),
        ("language", "BCP-47"),
        ("kind", "wire, outlet, official or NGO"),
    ):
        add.add_argument(f"--{name}", default="", help=text)
    discover = command(
        verbs,
        "discover",
        "discover:run",
        "find the feeds of a site: links in its pages, sitemaps of news, usual paths",
        "  conflictwire feeds discover https://example.org/\n"
        "  conflictwire feeds discover https://example.org/world --add    into the feeds file\n"
        "  conflictwire feeds discover https://example.org/ -v            and why other addresses are no feeds\n"
        "at most 25 requests, a second or more apart, robots.txt obeyed; nothing is stored\n"
        "exit code: 0 when a feed was found, 1 when none was, 2 when the site can't be asked",
    )
    discover.add_argument("url", help="a page of the site, best its front page")
    discover.add_argument("--add", action="store_true", help="add the feeds that were found to the feeds file")
    command(
        verbs, "import", "feeds:import_", "add feeds from OPML or TOML files", "  conflictwire feeds import my.opml"
    ).add_argument("files", nargs="+")
    export = command(
        verbs, "export", "feeds:export", "write the feeds as OPML", "  conflictwire feeds export > feeds.opml"
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    command(
        verbs,
        "health",
        "feeds:health",
        "say of each feed whether it collects, and if not why",
        "  conflictwire feeds health",
    )


def _add_sql(commands: Commands) -> None:
    parser = command(
        commands,
        "sql",
        "sql:run",
        "query the published snapshot, read-only",
        '  conflictwire sql "SELECT published_at, title, n_copies FROM conflict_articles LIMIT 10"\n'
        "  conflictwire sql -f question.sql --format csv > answer.csv\n"
        '  conflictwire sql "FROM conflict_articles" --format parquet --output articles.parquet',
    )
    parser.add_argument("statement", nargs="?", help="SQL; - reads standard input")
    parser.add_argument("-f", "--file", type=Path, help="read the statement from a file")
    parser.add_argument("--format", choices=("table", "csv", "json", "parquet"), default="table")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")


def _add_assess(commands: Commands) -> None:
    parser = command(
        commands,
        "assess",
        "assess:run",
        "judge texts: JSONL of {id, title, text} in, {id, score, label, reasons} out",
        "  conflictwire assess < items.jsonl > judged.jsonl\n"
        '  echo \'{"id": 1, "title": "Shelling kills six near the border"}\' | conflictwire assess',
    )
    parser.add_argument("--profile", default=None, help="a name in config/profiles/ or a path (default: conflict)")


def _add_small(commands: Commands) -> None:
    command(
        commands,
        "doctor",
        "doctor:run",
        "say what is missing and how to mend it",
        "  conflictwire doctor --data /srv/conflictwire",
    )
    demo = command(
        commands,
        "demo",
        "demo:run",
        "run two cycles on the bundled sample news site and show what came of it",
        "  conflictwire demo\n  conflictwire demo --airflow dags    the same through `airflow dags test`",
    )
    demo.add_argument("--airflow", type=Path, metavar="DAGS", help="folder of the DAGs: run through Airflow")
    up = command(
        commands,
        "up",
        "up:run",
        "run Airflow on loopback with the DAGs unpaused, until Ctrl-C or `conflictwire down`",
        "  conflictwire up --dags dags",
    )
    up.add_argument("--dags", type=Path, default=Path("dags"), help="folder of the DAGs")
    up.add_argument("--home", type=Path, default=Path(".airflow"), help="AIRFLOW_HOME")
    up.add_argument("--port", type=int, default=8080)
    down = command(commands, "down", "up:down", "stop what `up` started", "  conflictwire down")
    down.add_argument("--home", type=Path, default=Path(".airflow"), help="AIRFLOW_HOME")
    maintain = command(
        commands,
        "maintain",
        "maintain:run",
        "check, back up, prune and forecast the data folder",
        "  conflictwire maintain --data /srv/conflictwire",
    )
    maintain.set_defaults(run="maintain:run")
