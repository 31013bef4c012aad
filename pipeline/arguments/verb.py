"""One command of the parser."""

import argparse
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  it has no public name


def command(commands: Commands, name: str, run: str, text: str, examples: str) -> argparse.ArgumentParser:
    """Add a command that runs `run`, MODULE:FUNCTION below pipeline/command/, with what all commands share."""
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
