"""Which articles tell of one happening? Stories, kept up to date inside the load's transaction.

Days are settled in order of publication: the originals of a day are clustered together with the stories of the days
just before, which they may carry on. So the stories of a day depend on nothing but the articles of that day and of
those before it; a late arrival settles its day again, and the days after it for as long as something changes. Any
order of arrival ends in the same partition; only the ids of stories, and their trail, tell how it came about.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from pipeline import shard, warehouse
from pipeline.story.cluster import Group, Pair, cluster
from pipeline.story.words import weighted_words
from pipeline.url import short_hash

WINDOW_DAYS = 3
"""A story whose last article is older than this is not carried on."""
AT_LEAST = 0.23
"""Cosine from which two clusters are one; chosen on a labelled day, see docs/decisions/0061."""
_DECAY = 0.7  # of similarity with each day between two articles: the same words a day later are more often another act
_NOTED = AT_LEAST / 8  # pairs less alike than this count as not alike at all


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of an article, weightiest first, and their weights."""

    article_id: str
    words: tuple[str, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """An original as stories see it; `story_day` is the day on which its story began."""

    article_id: str
    day: date
    story_id: str | None
    story_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """An original whose story is settled anew, and the article of that story that it is most like."""

    article_id: str
    day: str
    story_id: str
    story_day: str
    like_id: str | None
    similarity: float | None


def tell(con: warehouse.Connection) -> None:
    """Bring the stories up to date with what the load wrote and what `link` made of it; call it after that."""
    warehouse.set_variables(con, {"story_window_days": WINDOW_DAYS, "story_similarity": _NOTED})
    con.execute(warehouse.statement("stages", "story_documents.sql"))
    fresh = con.execute("SELECT article_id, title, lead FROM fresh_documents").fetchall()
    warehouse.hand_over(con, "fresh_words", shard.table(_Words, [_weighed(*document) for document in fresh]))
    con.execute(warehouse.statement("stages", "story_words.sql"))
    told_from = con.execute(warehouse.statement("stages", "story_from.sql")).fetchall()[0][0]
    placed = _settle(con)
    days = [document.day for document in placed] or [told_from.isoformat()]
    warehouse.hand_over(con, "placed_documents", shard.table(_Placed, placed))
    variables = {"told_from": told_from, "placed_from": min(days), "placed_until": max(days)}
    warehouse.set_variables(con, variables)
    con.execute(warehouse.statement("stages", "stories.sql"))


def _weighed(article_id: str, title: str | None, lead: str | None) -> _Words:
    """Return the words of a document; one without any gets its own id for a word, and is like no other."""
    weights = weighted_words(title, lead) or {article_id: 1}
    words = sorted(weights, key=lambda word: (-weights[word], -len(word), word))
    return _Words(article_id=article_id, words=tuple(words), weights=tuple(weights[word] for word in words))


def _settle(con: warehouse.Connection) -> list[_Placed]:
    """Settle the days that changed, in order, and those after them that this changes; return what was placed anew."""
    touched = {day for (day,) in con.execute("SELECT day FROM touched_days").fetchall()}
    if not touched:
        return []
    later = "SELECT DISTINCT day FROM story_documents WHERE day >= ? ORDER BY day"
    days = [day for (day,) in con.execute(later, [min(touched)]).fetchall()]
    placed: list[_Placed] = []
    for day in days:
        if any(day - timedelta(days=back) in touched for back in range(WINDOW_DAYS + 1)):
            moved = _settle_day(con, day)
            if moved:
                touched.add(day)
                placed += moved
                warehouse.hand_over(con, "placed_today", shard.table(_Placed, moved))
                con.execute(warehouse.statement("stages", "story_placed.sql"))
    return placed


def _settle_day(con: warehouse.Connection, day: date) -> list[_Placed]:
    """Return the documents of a day whose story is another one than before."""
    warehouse.set_variables(con, {"story_day": day.isoformat()})
    rows = con.execute(warehouse.statement("stages", "story_window.sql")).fetchall()
    window = [_Document(article_id=a, day=d, story_id=s, story_day=b) for a, d, s, b in rows]
    today = [document for document in window if document.day == day]
    before = {d.article_id: d for d in window if d.day < day}
    days = {d.article_id: d.day for d in window}
    pairs = [
        Pair(one=one, other=other, similarity=similarity * _DECAY ** abs((days[one] - days[other]).days))
        for one, other, similarity in con.execute(warehouse.statement("stages", "story_pairs.sql")).fetchall()
    ]
    earlier = {article_id: d.story_id for article_id, d in before.items() if d.story_id}
    groups = cluster([d.article_id for d in today], pairs, earlier, at_least=AT_LEAST)
    began = {d.story_id: d.story_day for d in before.values() if d.story_id and d.story_day}
    names = _names(day, groups, today, taken=set(began))
    stories = earlier | {member: name for group, name in zip(groups, names, strict=True) for member in group.members}
    likes = _likes(pairs, stories)
    return [
        _Placed(
            article_id=document.article_id,
            day=day.isoformat(),
            story_id=story,
            story_day=began.get(story, day).isoformat(),
            like_id=likes[document.article_id][1] if document.article_id in likes else None,
            similarity=likes[document.article_id][0] if document.article_id in likes else None,
        )
        for document in today
        if (story := stories[document.article_id]) != document.story_id or document.story_day != began.get(story, day)
    ]


def _names(day: date, groups: Sequence[Group], today: Sequence[_Document], *, taken: set[str]) -> list[str]:
    """Return the id of each group's story.

    It is that of the story which the group carries on; else the one that most of its articles had, where that began
    no earlier; else a new one, named after the day and the group's first article: two stories never have one name.
    """
    known = {d.article_id: d.story_id for d in today if d.story_id and d.story_day == d.day}
    claims = Counter(
        (number, known[member])
        for number, group in enumerate(groups)
        if not group.story
        for member in group.members
        if member in known
    )
    names = {number: group.story for number, group in enumerate(groups) if group.story}
    for (number, story), _ in sorted(claims.items(), key=lambda claim: (-claim[1], claim[0])):
        if number not in names and story not in taken:
            names[number] = story
            taken.add(story)
    for number, group in enumerate(groups):
        if number not in names:
            tries = (short_hash("story", day.isoformat(), group.members[0], str(n)) for n in count())
            names[number] = next(name for name in tries if name not in taken)
            taken.add(names[number])
    return [names[number] for number in range(len(groups))]


def _likes(pairs: Iterable[Pair], stories: Mapping[str, str]) -> dict[str, tuple[float, str]]:
    """Return for each article the one of its story that it is most like, and how much."""
    likes: dict[str, tuple[float, str]] = {}
    for pair in pairs:
        if stories.get(pair.one) == stories.get(pair.other):
            for one, other in ((pair.one, pair.other), (pair.other, pair.one)):
                likes[one] = max(likes.get(one, (0.0, "")), (pair.similarity, other))
    return likes
