"""From terms found to evidence: which count, how much, and what they say together. Pure.

Sums are exact, as what sum() makes of fractions has changed between releases of Python.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum, sqrt
from typing import NamedTuple

from pipeline.relevance.definition import About, Temporal, Where
from pipeline.relevance.lexicon import Group
from pipeline.relevance.profile import Company, Profile

_NEEDY = frozenset({"weak", "context"})
_TELLING_SENTENCES = 6  # a body of fewer is too short to say what world it is from
_HALF_TELLING = 2.0  # evidence that makes a sentence of the body count half
_FAINT = 0.3  # acts that weigh less are not what an article is about


class Hit(NamedTuple):
    """A term found in one of the three strings; `sentence` counts through all of them."""

    where: Where
    start: int
    end: int
    group: Group
    sentence: int


class Weighed(NamedTuple):
    """A hit and what it adds to the evidence; less than 0 when it speaks against."""

    hit: Hit
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What all hits come to: `heading` and `body` about what goes on, `past` about what is long over.

    The heading is title, lead and opening; its hits are the first `n_heading`.
    """

    heading: float
    body: float
    past: float
    hits: tuple[Weighed, ...]
    n_heading: int

    @property
    def present(self) -> float:
        """What title, opening and body say together of what goes on."""
        return self.heading + self.body

    @property
    def beyond_places(self) -> float:
        """What is left of `present` without places and parties, which all their news names."""
        # a place with a type is whom violence strikes: that tells
        named = (one.weight for one in self.hits if one.hit.group.tier == "place" and one.hit.group.type is None)
        return self.present - fsum(named)


def weigh(
    title: Sequence[Hit],
    opening: Sequence[Hit],
    body: Sequence[Hit],
    *,
    is_titled: bool,
    n_body: int,
    profile: Profile,
) -> Evidence:
    """Weigh the hits of the three zones; `n_body` is the number of sentences in the body.

    Where there is no title (wire reports), the opening stands in for it.
    """
    zones, company = profile.zones, profile.company
    title, opening, body = (_wanted(hits, profile) for hits in (title, opening, body))
    backing = _backing([*title, *opening], company)
    heading = [
        *_scaled(_counted(title, backing, profile), zones.title),
        *_scaled(_counted(opening, backing, profile), zones.opening if is_titled else zones.title),
    ]
    rest = _weigh_body(body, n_body, backing * company.distant, profile)
    return Evidence(
        heading=fsum(one.weight for one in heading if one.hit.group.tier != "past"),
        body=fsum(one.weight for one in rest if one.hit.group.tier != "past") - _elsewhere(body, n_body, profile),
        past=fsum(one.weight for one in (*heading, *rest) if one.hit.group.tier == "past"),
        hits=(*heading, *rest),
        n_heading=len(heading),
    )


def _wanted(hits: Iterable[Hit], profile: Profile) -> list[Hit]:
    """Leave out the groups that the profile switches off, so that they don't give company either."""
    return [hit for hit in hits if profile.groups.get(hit.group.name) != 0]


def _elsewhere(body: Sequence[Hit], n_sentences: int, profile: Profile) -> float:
    """Return what a body loses that is about a match, a film or a market; a few sentences can't tell."""
    if n_sentences < _TELLING_SENTENCES:
        return 0.0
    speaking: defaultdict[str, set[int]] = defaultdict(set)
    for hit in body:
        if hit.group.name in profile.zones.other_worlds:
            speaking[hit.group.name].add(hit.sentence)
    share = max(map(len, speaking.values()), default=0) / n_sentences
    return profile.zones.other * max(0.0, share - profile.zones.other_share)


def _backing(hits: Iterable[Hit], company: Company) -> float:
    """Return what is left of the weight of needy terms among these hits."""
    groups = {hit.group.name: hit.group for hit in hits}.values()
    tiers = Counter(group.tier for group in groups)
    least = company.among_weak if tiers["weak"] > 1 else company.alone
    backing = max([least, *(group.company for group in groups if group.tier != "against")])
    if tiers["strong"]:
        return backing
    return backing * (1 - max((group.company for group in groups if group.tier == "against"), default=0.0))


def _counted(hits: Iterable[Hit], backing: float, profile: Profile) -> list[Weighed]:
    """Give each hit its weight; the more of a group came before it, the less it adds."""
    seen: Counter[str] = Counter()
    weighed = []
    for hit in hits:
        group = hit.group
        weight = group.weight * profile.groups.get(group.name, 1.0) * profile.company.repeated ** seen[group.name]
        seen[group.name] += 1
        if group.tier in _NEEDY:
            weight *= backing
        weighed.append(Weighed(hit, -weight if group.tier == "against" else weight))
    return weighed


def _scaled(weighed: Iterable[Weighed], factor: float) -> list[Weighed]:
    return [Weighed(one.hit, one.weight * factor) for one in weighed]


def _weigh_body(hits: Sequence[Hit], n_sentences: int, distant: float, profile: Profile) -> list[Weighed]:
    """Let the body count by how many of its sentences tell of conflict, and by their share; a stray word is nothing."""
    telling: list[Weighed] = []
    total = 0.0
    for _, in_sentence in groupby(hits, key=lambda hit: hit.sentence):
        together = list(in_sentence)
        weighed = _counted(together, max(distant, _backing(together, profile.company)), profile)
        evidence = fsum(one.weight for one in weighed)
        if evidence > 0:
            total += evidence / (evidence + _HALF_TELLING)
            telling += [one for one in weighed if one.weight > 0]
    if not telling:
        return []
    body = profile.zones.body * total / (total + profile.zones.body_sentences) * sqrt(total / n_sentences)
    return _scaled(telling, body / fsum(one.weight for one in telling))


def about(hits: Iterable[Weighed]) -> About:
    """Say whether the hits tell of acts, or of what surrounds them."""
    points: Mapping[str, float] = _points(hits)
    return "event" if points["event"] >= max(points["related"], _FAINT) else "related"


def _points(hits: Iterable[Weighed]) -> defaultdict[str, float]:
    points: defaultdict[str, float] = defaultdict(float)
    for hit, weight in hits:
        if hit.group.tier in ("strong", "weak"):
            points[hit.group.about] += weight
    return points


def temporal(evidence: Evidence, deciding: Iterable[Hit]) -> Temporal:
    """Say when it happens; `deciding` are the hits of the sentence that decided."""
    if evidence.past > max(evidence.present, 0):
        return "past"
    groups = {hit.group.name for hit in deciding}
    return "possible" if "may" in groups and "kill" not in groups else "now"
