"""Where the files that travel with the code lie: at the root of a checkout, inside the package in the wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_data", _PACKAGE.parent)  # the wheel's copy first: a site-packages/sql would be someone else's


def data_path(*parts: str) -> Path:
    """Return the path of a shipped file or folder, e.g. `data_path("config", "lexicon")`.

    Raises FileNotFoundError, naming the places looked at, when the installation lacks it.
    """
    for root in _ROOTS:
        path = root.joinpath(*parts)
        if path.exists():
            return path
    looked_in = ", ".join(map(str, _ROOTS))
    raise FileNotFoundError(f"{'/'.join(parts)} is in none of {looked_in}: is the installation whole?")
