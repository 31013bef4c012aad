"""Which articles of a day are on one happening, and which carry on a story of the days before? Pure.

Agglomerative clustering by the cosine between clusters' sums (as in centroid-linkage clustering of documents; Manning,
Raghavan and Schütze 2008, ch. 17): two clusters join when what their articles say together is alike enough. A chain of
look-alikes can't tie strangers together, and a story that many outlets tell gathers reports that no single one is like.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt


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
    links, within = _links(pairs, place, earlier)
    weights = {number: size + within.get(number, 0) for number, size in sizes.items()}
    joined = _join(links, weights, n_fixed=len(stories), at_least=at_least)
    members: dict[int, list[str]] = defaultdict(list)
    for article in day:
        members[joined.get(place[article], place[article])].append(article)
    return [
        Group(members=tuple(found), story=stories[key] if key < len(stories) else None)
        for key, found in members.items()
    ]


def _links(
    pairs: Iterable[Pair], place: Mapping[str, int], earlier: Mapping[str, str]
) -> tuple[dict[int, dict[int, float]], dict[int, float]]:
    """Return for each cluster the sum of similarities to every other one, and twice that among its own articles."""
    links: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    within: dict[int, float] = defaultdict(float)
    for pair in pairs:
        one, other = (place[earlier.get(name, name)] for name in (pair.one, pair.other))
        if one == other:
            within[one] += 2 * pair.similarity
        else:
            links[one][other] += pair.similarity
            links[other][one] += pair.similarity
    return links, within


def _join(
    links: dict[int, dict[int, float]], weights: dict[int, float], *, n_fixed: int, at_least: float
) -> dict[int, int]:
    """Join clusters while two are alike enough; return where each one that was joined to another ended.

    `weights` are the squared lengths of the clusters' sums. The first `n_fixed` clusters are never joined to one
    another. The lower number survives a join.
    """

    def cosine(one: int, other: int) -> float:
        return links[one][other] / sqrt(weights[one] * weights[other])

    def wanted(one: int, other: int) -> bool:
        return max(one, other) >= n_fixed and cosine(one, other) >= at_least

    heap = [(-cosine(one, other), one, other) for one in links for other in links[one] if one < other]
    heap = [candidate for candidate in heap if wanted(*candidate[1:])]
    heapq.heapify(heap)
    ends: dict[int, int] = {}
    while heap:
        negative, one, other = heapq.heappop(heap)
        if one in ends or other in ends or -negative != cosine(one, other):
            continue  # of clusters that have grown since
        weights[one] += weights[other] + 2 * links[one][other]
        ends[other] = one
        for third, similarity in links.pop(other).items():
            if third != one and third not in ends:
                links[one][third] += similarity
                links[third][one] += similarity
        for third in links[one]:
            if third not in ends and wanted(one, third):
                heapq.heappush(heap, (-cosine(one, third), min(one, third), max(one, third)))
    return {number: _end(number, ends) for number in ends}


def _end(number: int, ends: Mapping[int, int]) -> int:
    while number in ends:
        number = ends[number]
    return number
