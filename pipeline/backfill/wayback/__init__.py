"""Feeds as the Wayback Machine of the Internet Archive captured them, and their pages that are dead today.

`feeds` plans captures of feeds and takes them, `pages` looks for what their entries led to, `index` reads the archive's
index, which takes http and https, with and without www, for one address. The flag `id_` behind a capture's time asks
for the bytes as they were; an archive that leads on to another capture names that one's time in its address.
"""

from pipeline.backfill.ask import Ask
from pipeline.backfill.patience import cursor_of
from pipeline.backfill.source import Source, Step, Task
from pipeline.backfill.wayback import feeds, index, pages


def _step(ask: Ask, task: Task) -> Step:
    return pages.step(ask, task) if "page" in cursor_of(task) else feeds.step(ask, task)


SOURCE = Source(
    name=index.NAME,
    about="feeds as the Wayback Machine captured them, and their pages that are dead today",
    plan=feeds.plan,
    step=_step,
    seek=pages.seek,
)
