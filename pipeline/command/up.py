"""`conflictwire up` and `down`: Airflow on loopback."""

import argparse
import os

from pipeline import standalone
from pipeline.config import read_settings
from pipeline.errors import SettingsError


def run(args: argparse.Namespace) -> None:
    """Run Airflow in the foreground until Ctrl-C or `down`."""
    settings = read_settings(data=args.data)
    if not settings.contact:
        raise SettingsError(
            "live runs need a contact: export CONFLICTWIRE_CONTACT=you@example.org (it stands in our User-Agent)"
        )
    if not args.dags.is_dir():
        raise SettingsError(f"{args.dags} is not a folder: --dags names the folder of the DAG files")
    os.environ["CONFLICTWIRE_DATA"] = str(settings.data.resolve())
    os.environ["CONFLICTWIRE_FEEDS"] = str(settings.feeds.resolve())
    standalone.up(args.home, args.dags, port=args.port)


def down(args: argparse.Namespace) -> None:
    """Stop what `up` started."""
    print("stopped" if standalone.down(args.home) else f"nothing runs from {args.home}")
