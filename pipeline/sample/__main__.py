"""Serve the sample news site by hand: `python -m pipeline.sample`."""

import argparse
import threading
from pathlib import Path

from pipeline.sample.server import serve, write_feeds_toml


def main() -> None:
    """Serve until Ctrl-C, after printing the feeds."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.sample",
        description="Serve the bundled sample news site on loopback and list its feeds; Ctrl-C ends it.",
        epilog="The collector only visits public addresses: set CONFLICTWIRE_ALLOW_ADDRESSES=127.0.0.1:PORT for it.",
    )
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port to listen on (default: any free one)")
    parser.add_argument(
        "--feeds", type=Path, metavar="FILE", help="also write the feeds file, ready for CONFLICTWIRE_FEEDS"
    )
    arguments = parser.parse_args()
    try:
        with serve(arguments.port) as site:
            for feed in site.feeds:
                print(f"{feed.kind:8}  {feed.country}  {feed.language}  {feed.url}  {feed.name}", flush=True)
            if arguments.feeds:
                write_feeds_toml(site, arguments.feeds)
            threading.Event().wait()
    except OSError as error:
        parser.exit(1, f"can't serve on port {arguments.port} or write the feeds file: {error}\n")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
