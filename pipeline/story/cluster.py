"""Which articles of a day are on one happening, and which carry on a story of the days before? Pure.

Agglomerative clustering with average linkage (UPGMA; Sokal and Michener 1958): two clusters join when the mean
similarity over all their pairs is high enough, so that a chain of look-alikes can't tie strangers together.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two articles and how alike they are, 0 to 1."""

    one: str
    other: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Articles of the day on one happening, in the day's order, and the earlier story that they carry on, if any."""

    members: tuple[str, ...]
    story: str | None


def cluster(day: Sequence[str], pairs: Iterable[Pair], earlier: Mapping[str, str], *, at_least: float) -> list[Group]:
    """Group the articles of one day, each into exactly one group.

    `earlier` maps the articles of the days before that pairs may name to their stories. Two earlier stories never
    join: what is past is settled. A pair that isn't named counts as similarity 0. Ties go to whoever stands first.
    """
    stories = list(dict.fromkeys(earlier.values()))
    place = {name: number for number, name in enumerate([*stories, *day])}
    sizes = Counter(place[story] for story in earlier.values()) + Counter(place[article] for article in day)
    joined = _join(_links(pairs, place, earlier), sizes, n_fixed=len(stories), at_least=at_least)
    members: dict[int, list[str]] = defaultdict(list)
    for article in day:
        members[joined.get(place[article], place[article])].append(article)
    return [
        Group(members=tuple(found), story=stories[key] if key < len(stories) else None)
        for key, found in members.items()
    ]


def _links(pairs: Iterable[Pair], place: Mapping[str, int], earlier: Mapping[str, str]) -> dict[int, dict[int, float]]:
    """Return for each cluster the sum of similarities to every other one."""
    links: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for pair in pairs:
        one, other = (place[earlier.get(name, name)] for name in (pair.one, pair.other))
        links[one][other] += pair.similarity
        links[other][one] += pair.similarity
    return links


def _join(links: dict[int, dict[int, float]], sizes: Counter[int], *, n_fixed: int, at_least: float) -> dict[int, int]:
    """Join clusters while two are alike enough; return where each one that was joined to another ended.

    The first `n_fixed` clusters are never joined to one another. The lower number survives a join.
    """

    def mean(one: int, other: int) -> float:
        return links[one][other] / (sizes[one] * sizes[other])

    def wanted(one: int, other: int) -> bool:
        return max(one, other) >= n_fixed and mean(one, other) >= at_least

    heap = [
        (-mean(one, other), one, other) for one in links for other in links[one] if one < other if wanted(one, other)
    ]
    heapq.heapify(heap)
    ends: dict[int, int] = {}
    while heap:
        negative, one, other = heapq.heappop(heap)
        if one in ends or other in ends or -negative != mean(one, other):
            continue  # of clusters that have grown since
        sizes[one] += sizes[other]
        ends[other] = one
        for third, similarity in links.pop(other).items():
            if third != one and third not in ends:
                links[one][third] += similarity
                links[third][one] += similarity
        for third in links[one]:
            if third not in ends and wanted(one, third):
                heapq.heappush(heap, (-mean(one, third), min(one, third), max(one, third)))
    return {number: _end(number, ends) for number in ends}


def _end(number: int, ends: Mapping[int, int]) -> int:
    while number in ends:
        number = ends[number]
    return number
