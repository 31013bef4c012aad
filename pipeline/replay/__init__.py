"""The same bytes under today's code: articles made anew from the archive, compared with what is known, replaced.

Nothing is fetched. An article keeps its id, its addresses and its first sight; a replay is no revision, as the page is
the same. What can't be read from the archive stays as it is, and is counted.
"""

from pipeline.replay.again import Replayed, replay
from pipeline.replay.compare import Example
from pipeline.replay.requeue import Case, Requeued, quarantined, requeue

__all__ = ["Case", "Example", "Replayed", "Requeued", "quarantined", "replay", "requeue"]
