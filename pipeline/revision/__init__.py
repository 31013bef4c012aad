"""Did a page change, and what? Sheets are compared, two looks settled, looks folded into revisions. Pure.

A change counts only when two looks in a row agree upon it, so a page that differs at every request (ads, counters,
"updated 3 minutes ago") makes no revision. Revisions are a function of the set of looks: the order of arrival, reruns
and replays don't matter. docs/decisions/0053 says why.
"""

from pipeline.revision.history import GONE, History, tell
from pipeline.revision.kind import Change, describe
from pipeline.revision.sheet import Sheet, differ, is_other_text, lead_after, settle, share_in_common, state

__all__ = [
    "GONE",
    "Change",
    "History",
    "Sheet",
    "describe",
    "differ",
    "is_other_text",
    "lead_after",
    "settle",
    "share_in_common",
    "state",
    "tell",
]
