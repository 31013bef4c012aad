"""The `conflictwire` command. Each command lives in `pipeline/command/` and is imported when it runs."""

import logging
import os
import sys
from importlib import import_module

from pipeline.arguments import parser
from pipeline.errors import ConflictwireError


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code. Errors meant for people take one line, with --debug a traceback."""
    args = parser().parse_args(argv)
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


if __name__ == "__main__":
    sys.exit(main())
