"""The page of all columns, from the COMMENTs of the schema; `make docs` writes it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import warehouse
from pipeline.columns import render
from pipeline.config import Settings


def page() -> str:
    """Return the page for this release's schema, made anew in an empty folder."""
    with TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), min_free_mb=0)
        with warehouse.writer_lock(settings), warehouse.writing(settings) as con:
            return render(con)


if __name__ == "__main__":
    print(page(), end="")
