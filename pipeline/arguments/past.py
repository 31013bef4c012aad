"""The commands about what is stored and about the past: replay, requeue, rescore, backfill."""

import argparse
from datetime import date

from pipeline.arguments.verb import Commands, command

_SIZES = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def add_replay(commands: Commands) -> None:
    """Add replay and requeue."""
    replay = command(
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
    again = command(
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


def add_rescore(commands: Commands) -> None:
    """Add rescore."""
    rescore = command(
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


def add_backfill(commands: Commands) -> None:
    """Add the verbs of backfill."""
    parser = commands.add_parser("backfill", help="collect the past: plan, run, status, list")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _add_plan(verbs)
    run = command(
        verbs,
        "run",
        "backfill:run",
        "work a planned backfill, or go on with it",
        "  conflictwire backfill run warc-1a2b3c4d\n"
        "  conflictwire backfill run warc-1a2b3c4d --day 2023-10-07    only what belongs to that day\n"
        "Ctrl-C finishes the step at hand; however it was stopped, the same command goes on where it was.\n"
        "Polling goes first: a host that a live run is asking is not asked by a backfill meanwhile.\n"
        "exit code: 0 when it is done or stopped in good order",
    )
    run.add_argument("backfill", help="its id, as `plan` or `list` shows it")
    run.add_argument("--day", type=_day, metavar="DAY", help="only this day's, such as 2023-10-07")
    status = command(
        verbs,
        "status",
        "backfill:status",
        "say how far a backfill is, how fast, and what its items came to",
        "  conflictwire backfill status warc-1a2b3c4d",
    )
    status.add_argument("backfill", help="its id")
    command(verbs, "list", "backfill:list_", "list the backfills", "  conflictwire backfill list")


def _add_plan(verbs: Commands) -> None:
    plan = command(
        verbs,
        "plan",
        "backfill:plan",
        "find out what there is and what it would take; fetches no page",
        "  conflictwire backfill plan warc /archive/CC-NEWS --from 2023-10-01 --to 2023-10-31 --host bbc.co.uk\n"
        "  conflictwire backfill plan url_list addresses.csv --max-requests 5000 --max-hours 8\n"
        "  conflictwire backfill plan snapshot feeds-by-day/ --feeds config/feeds.toml --no-pages\n"
        "  conflictwire backfill plan sitemap https://paper.example/ --from 2023-10-01 --to 2023-10-31\n"
        "  conflictwire backfill plan paged_feed https://paper.example/feed/ --from 2023-10-01 --to 2023-10-31\n"
        "  conflictwire backfill plan wayback https://news.example/rss --from 2023-04-01 --to 2023-04-30\n"
        "  conflictwire backfill plan gdelt paper.example --from 2023-10-01 --to 2023-10-31\n"
        "  conflictwire backfill plan feed my.opml           says that living feeds tell nothing of the past\n"
        "A plan is kept, and its id printed, for `conflictwire backfill run`; planned again, it takes up new files\n"
        "and other budgets. An unknown SOURCE is answered with the list of those that there are.",
    )
    plan.add_argument(
        "source", metavar="SOURCE", help="warc, url_list, snapshot, wayback, gdelt, sitemap, paged_feed …"
    )
    plan.add_argument("addresses", nargs="*", metavar="A", help="files, folders, sites or web addresses")
    plan.add_argument("--from", dest="first", type=_day, metavar="DAY", help="first day wanted, UTC (default: ever)")
    plan.add_argument("--to", dest="last", type=_day, metavar="DAY", help="last day wanted, UTC (default: today)")
    plan.add_argument(
        "--feeds", nargs="+", default=[], metavar="F", help="feeds files, OPML files or feeds it is about"
    )
    plan.add_argument("--host", nargs="+", default=[], metavar="H", help="only pages of these hosts, and below them")
    plan.add_argument(
        "--no-pages", action="store_true", help="ask for no page: take what is in hand, entries' own words"
    )
    plan.add_argument("--max-requests", type=_count, metavar="N", help="requests it may make, over all runs")
    plan.add_argument("--max-bytes", type=_size, metavar="SIZE", help="bytes it may fetch, such as 500M or 2G")
    plan.add_argument("--max-hosts", type=_count, metavar="N", help="hosts it may ask")
    plan.add_argument("--max-hours", type=float, metavar="H", help="hours it may work")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write 2023-10-07") from None


def _count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return int(text)


def _size(text: str) -> int:
    number, unit = (text[:-1], text[-1].lower()) if text[-1:].isalpha() else (text, "")
    try:
        return round(float(number) * _SIZES.get(unit, 1 if not unit else 0)) or _no_size(text)
    except ValueError:
        return _no_size(text)


def _no_size(text: str) -> int:
    raise argparse.ArgumentTypeError(f"{text!r} is no size: write 500M or 2G")
