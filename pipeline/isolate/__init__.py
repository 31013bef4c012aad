"""Work that may hang, balloon or kill its process, done in children: only the item that did it is lost.

A pool starts one small process, the nursery, which imports and loads what the task needs and forks a child whenever one
is wanted: in milliseconds, not in the seconds that importing takes. It is kept for the next pool of the same terms, so
that a run of many small batches imports once. Each child has a pipe of its own to us, so that one that dies in the
midst of a message spoils nobody else's. The nursery ends its children when we end, however we end; it is no child of
multiprocessing, so that a pool works from a console script, a thread, and a daemonic or forked process.
"""

from pipeline.isolate.nursery import end_kept
from pipeline.isolate.pool import Pool
from pipeline.isolate.terms import Failure

__all__ = ["Failure", "Pool", "end_kept"]
