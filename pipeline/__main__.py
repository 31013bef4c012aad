"""The `conflictwire` command. Parsing only; each command lives in `pipeline/command/` and is imported when it runs."""

import argparse
import logging
import os
import sys
from importlib import import_module
from pathlib import Path

from pipeline import __version__
from pipeline.errors import ConflictwireError

_ENVIRONMENT = """\
environment:
  CONFLICTWIRE_DATA             data folder (default: data); --data wins
  CONFLICTWIRE_FEEDS            feeds file (default: config/feeds.toml)
  CONFLICTWIRE_CONTACT          web or mail address in our User-Agent; live runs refuse to start without one
  CONFLICTWIRE_ALLOW_ADDRESSES  host:port,… that may be dialled although not public (tests, intranets)
  CONFLICTWIRE_HOST_DELAY_S     pause between requests to one host, seconds (default: 1)

`conflictwire doctor` says what is missing and how to mend it.
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code. Errors meant for people take one line, with --debug a traceback."""
    args = _parser().parse_args(argv)
    logging.basicConfig(
        level=logging.DEBUG if args.debug else logging.INFO if args.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("conflictwire").setLevel(logging.DEBUG if args.debug else logging.INFO)
    module, _, function = args.run.partition(":")
    try:
        return int(getattr(import_module(f"pipeline.command.{module}"), function)(args) or 0)
    except KeyboardInterrupt:
        print("conflictwire: stopped; run the same command again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ConflictwireError, OSError) as error:
        if args.debug:
            raise
        print(f"conflictwire: {_one_line(error)}", file=sys.stderr)
        return 2 if isinstance(error, ConflictwireError) else 1
    except Exception as error:
        if args.debug:
            raise
        print(
            f"conflictwire: unexpected {type(error).__name__}: {_one_line(error)} (--debug shows where; nothing that "
            "was loaded is lost)",
            file=sys.stderr,
        )
        return 1


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{where}"
    return " ".join(str(error).split()) or type(error).__name__


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="conflictwire",
        description="News feeds to tables about armed conflict: poll, fetch, extract, deduplicate, load, query.",
        epilog=_ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"conflictwire {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_ingest(commands)
    _add_feeds(commands)
    _add_sql(commands)
    _add_assess(commands)
    _add_replay(commands)
    _add_rescore(commands)
    _add_small(commands)
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: str, text: str, examples: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: $CONFLICTWIRE_DATA or data)")
    parser.add_argument("-v", "--verbose", action="store_true", help="log what libraries say, too")
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    return parser


def _add_ingest(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
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


def _add_feeds(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("feeds", help="list, add, import, export feeds; see their health")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _command(verbs, "list", "feeds:show", "list the feeds of the feeds file", "  conflictwire feeds list")
    add = _command(
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
    discover = _command(
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
    _command(
        verbs, "import", "feeds:import_", "add feeds from OPML or TOML files", "  conflictwire feeds import my.opml"
    ).add_argument("files", nargs="+")
    export = _command(
        verbs, "export", "feeds:export", "write the feeds as OPML", "  conflictwire feeds export > feeds.opml"
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    _command(
        verbs,
        "health",
        "feeds:health",
        "say of each feed whether it collects, and if not why",
        "  conflictwire feeds health",
    )


def _add_sql(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
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


def _add_assess(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
        commands,
        "assess",
        "assess:run",
        "judge texts: JSONL of {id, title, text} in, {id, score, label, reasons} out",
        "  conflictwire assess < items.jsonl > judged.jsonl\n"
        '  echo \'{"id": 1, "title": "Shelling kills six near the border"}\' | conflictwire assess',
    )
    parser.add_argument("--profile", default=None, help="a name in config/profiles/ or a path (default: conflict)")


def _add_small(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    _command(
        commands,
        "doctor",
        "doctor:run",
        "say what is missing and how to mend it",
        "  conflictwire doctor --data /srv/conflictwire",
    )
    demo = _command(
        commands,
        "demo",
        "demo:run",
        "run two cycles on the bundled sample news site and show what came of it",
        "  conflictwire demo\n  conflictwire demo --airflow dags    the same through `airflow dags test`",
    )
    demo.add_argument("--airflow", type=Path, metavar="DAGS", help="folder of the DAGs: run through Airflow")
    up = _command(
        commands,
        "up",
        "up:run",
        "run Airflow on loopback with the DAGs unpaused, until Ctrl-C or `conflictwire down`",
        "  conflictwire up --dags dags",
    )
    up.add_argument("--dags", type=Path, default=Path("dags"), help="folder of the DAGs")
    up.add_argument("--home", type=Path, default=Path(".airflow"), help="AIRFLOW_HOME")
    up.add_argument("--port", type=int, default=8080)
    down = _command(commands, "down", "up:down", "stop what `up` started", "  conflictwire down")
    down.add_argument("--home", type=Path, default=Path(".airflow"), help="AIRFLOW_HOME")
    maintain = _command(
        commands,
        "maintain",
        "maintain:run",
        "check, back up, prune and forecast the data folder",
        "  conflictwire maintain --data /srv/conflictwire",
    )
    maintain.set_defaults(run="maintain:run")


def _add_rescore(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    rescore = _command(
        commands,
        "rescore",
        "rescore:run",
        "judge what is stored by another profile, or by a new model",
        "  conflictwire rescore --profile ucdp-strict --dry-run   who would move, and why\n"
        "  conflictwire rescore                                   after an upgrade: the model of this release\n"
        "Only judgements of another model are made anew, in batches; a run that was stopped is simply run again.\n"
        "Profiles: conflict, ucdp-strict, acled-violence, acled-full, broad (config/profiles/), or a path.",
    )
    rescore.add_argument(
        "--profile", metavar="NAME", help="a name or a path (default: the setting CONFLICTWIRE_PROFILE)"
    )
    rescore.add_argument("--dry-run", action="store_true", help="only say who would move")


def _add_replay(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    replay = _command(
        commands,
        "replay",
        "replay:run",
        "make articles anew from the stored bytes, with today's code, and say what changed",
        "  conflictwire replay --dry-run                         what would change, and nothing does\n"
        "  conflictwire replay --since 2026-03-01 --until 2026-04-01\n"
        "  conflictwire replay --relearn                         learn anew what each host's pages repeat\n"
        "nothing is fetched; an article keeps its id and addresses, and its row is replaced where it differs. After\n"
        "an upgrade this brings old articles up to it; the same code changes nothing. Revised articles are left\n"
        "alone, and so is what can't be read from the archive. A replay that was stopped is simply run again.",
    )
    replay.add_argument("--since", metavar="TIME", help="fetched (or first seen) from then on, UTC (default: ever)")
    replay.add_argument("--until", metavar="TIME", help="and before then, UTC (default: now)")
    replay.add_argument("--dry-run", action="store_true", help="only say what would change")
    replay.add_argument(
        "--relearn",
        action="store_true",
        help="take out what a host's pages repeat as these pages show it, not as it was recorded with each article",
    )
    again = _command(
        commands,
        "requeue",
        "replay:again",
        "try again what hurt a parser: quarantined pages and feeds, from the stored bytes",
        "  conflictwire requeue --list                    what is in quarantine, and why\n"
        "  conflictwire requeue                           after an upgrade: all of it\n"
        "  conflictwire requeue --reason parser_timeout\n"
        "  conflictwire requeue --url https://example.org/a\n"
        "a page that hangs, balloons or kills its parser is asked for once more a day later, then left alone; the\n"
        "feed's words stand in for it. What can be read now becomes an article; what still hurts stays in quarantine.\n"
        "Only a page whose bytes are gone is asked for again, by the next `conflictwire ingest`.",
    )
    again.add_argument("--reason", help="only these: parser_timeout, parser_memory, parser_crash or parser_error")
    again.add_argument("--url", help="only the page or feed at this address")
    again.add_argument("--list", action="store_true", help="only show what is there")


if __name__ == "__main__":
    sys.exit(main())
