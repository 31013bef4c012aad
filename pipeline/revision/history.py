"""Looks at one article's page → its revisions. Pure, and the same whatever the order in which the looks arrived."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise

from pipeline.revision.kind import Change, describe
from pipeline.revision.sheet import Sheet, differ, without_flips
from pipeline.types import Recheck, Revision
from pipeline.url import short_hash

GONE = "gone"
"""The state of a page that says that it isn't there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What became of an article: its revisions, and the one whose text stands (None: the first text does).

    A withdrawn text stands on; `retracted` is the revision that withdrew it, as long as it is the last word.
    """

    revisions: tuple[Revision, ...]
    standing: Revision | None
    retracted: Revision | None


def tell(first: Recheck, looks: Iterable[Recheck]) -> History:
    """Fold the looks, in the order of their time, onto the first one; looks that told nothing don't count."""
    told = [first, *sorted((look for look in looks if look.state), key=lambda look: (look.observed_at, look.state))]
    texts: dict[str | None, Recheck] = {}
    for look in told:
        if look.text is not None:
            texts.setdefault(look.state, look)
    # where a replay has read the first text anew, "as it was" names a state that nobody has any more
    told = [look for look in told if look.state == GONE or look.state in texts]
    runs = [next(run) for _, run in groupby(told, key=lambda look: look.state)]
    flips = {flip for look in told for flip in look.flips}
    revisions: list[Revision] = []
    standing: Revision | None = None
    before = first
    for n, (earlier, look) in enumerate(pairwise(runs), 1):
        text = texts.get(look.state)
        change = _change(_sheet(before, flips), _sheet(text, flips) if text else None, earlier, look)
        revisions.append(_revision(n, look, text, change))
        before = text or before
        standing = standing if change.kind == "retraction" else revisions[-1]
    last = revisions[-1] if revisions else None
    return History(
        revisions=tuple(revisions), standing=standing, retracted=last if last and last.kind == "retraction" else None
    )


def _sheet(look: Recheck, flips: Iterable[str]) -> Sheet:
    return without_flips(Sheet(title=look.title, text=look.text), flips)


def _change(before: Sheet, after: Sheet | None, earlier: Recheck, look: Recheck) -> Change:
    if after is None:
        return Change(kind="retraction", what=f"the page is gone: {look.outcome}", removed=(), added=())
    if earlier.state == GONE and not differ(before, after):
        return Change(kind="substantive", what="the page is back", removed=(), added=())
    return describe(before, after)


def _revision(n: int, look: Recheck, text: Recheck | None, change: Change) -> Revision:
    return Revision(
        revision_id=short_hash("revision", look.article_id, str(n), look.state or ""),
        article_id=look.article_id,
        n=n,
        kind=change.kind,
        what=change.what,
        title=text.title if text else None,
        text=text.text if text else None,
        text_sha256=text.text_sha256 if text else None,
        n_words=text.n_words if text else 0,
        removed=change.removed,
        added=change.added,
        state=look.state or "",
        updated_at=text.updated_at if text else None,
        observed_at=look.observed_at,
        raw_ref=look.raw_ref,
    )
