"""Which article is it? Addresses, what pages declare, and texts are weighed; set-wise, and pure.

An address that answered for an article is its alias. One that its page only declares (rel=canonical, og:url,
rel=amphtml) is a claim: taken where nothing speaks against it, so not for a front door or a section, another site that
doesn't say the same, an address that serves another text, or one that several texts declare. An address that serves
another text of another day under another title leads to a new article from then on. docs/decisions/0003 says why.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.revision import share_in_common
from pipeline.revision.words import key as words_key
from pipeline.types import Address, AddressKind
from pipeline.url import is_home, short_hash, url_key

_SAME, _OTHER = 0.7, 0.3  # of the shorter text's word runs: from here versions of one text; below, another text
_RANKS: tuple[AddressKind, ...] = ("requested", "final", "canonical", "amp")
_MOBILE = re.compile(r"^(?:www|m|mobile|amp)\.")
_ARTICLE_LIKE = re.compile(r"[-_][^-_]+[-_]|\d{5}|%|\.\w{2,5}$")  # a slug, a number, another script, a file

FRONT_DOOR = "a front door"
SECTION = "a section"
OTHER_HOST = "another host, which doesn't say the same"
OTHER_TEXT = "leads to another text"
SEVERAL = "several texts declare it"
UNREAD = "its own page is not known"
REUSED = "serves another article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article as far as its identity goes, known or new. `text` is its page's, None where only the feed spoke."""

    article_id: str
    url: str | None
    url_key: str | None
    final_url: str | None
    final_key: str | None
    canonical_url: str | None
    amp_url: str | None
    title: str | None
    text: str | None
    published_at: datetime | None
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Which article each new candidate is, and the rows of `article_urls` that are new or say something else now."""

    targets: dict[str, str]
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    kind: AddressKind
    url: str
    key: str
    reason: str | None


def resolve(given: Sequence[Candidate], known: Sequence[Candidate], addresses: Sequence[Address]) -> Resolution:
    """Say which article each of `given` is: one of `known`, one with another of `given`, or a new one.

    `addresses` are the rows of all keys that `given` mentions and of all of `known`.
    """
    return _Resolver(given, known, addresses).resolve()


def claims_of(candidate: Candidate) -> list[tuple[str, AddressKind, str, str | None]]:
    """Return what a page declares that is not its own address: key, kind, address, and why it can't be taken."""
    own = candidate.final_url or candidate.url
    kinds: tuple[tuple[AddressKind, str | None], ...] = (
        ("canonical", candidate.canonical_url),
        ("amp", candidate.amp_url),
    )
    return [
        (url_key(url), kind, url, _why_not(kind, url, own))
        for kind, url in kinds
        if own and url and url_key(url) not in (candidate.url_key, candidate.final_key)
    ]


def keys_of(candidate: Candidate) -> set[str]:
    """Return all address keys that a candidate mentions."""
    own = {key for key in (candidate.url_key, candidate.final_key) if key}
    return own | {key for key, *_ in claims_of(candidate)}


class _Resolver:
    def __init__(self, given: Sequence[Candidate], known: Sequence[Candidate], addresses: Sequence[Address]) -> None:
        self._given = sorted(given, key=lambda one: (one.article_id, one.final_key or ""))
        self._known = {one.article_id: one for one in known}
        self._rows = {(row.url_key, row.article_id): row for row in addresses}
        self._changed: dict[tuple[str, str], Address] = {}
        self._targets: dict[str, str] = {}
        self._answered: dict[str, list[Candidate]] = defaultdict(list)  # by key that answered for them
        self._claimed: dict[str, list[Candidate]] = defaultdict(list)  # by key that they declare, if it may be taken
        for one in self._known.values():
            for row in addresses:
                if row.article_id == one.article_id and row.kind in ("requested", "final"):
                    self._answered[row.url_key].append(one)
        for one in self._given:
            for key in dict.fromkeys(key for key in (one.url_key, one.final_key) if key):
                self._answered[key].append(one)
        for one in [*self._known.values(), *self._given]:
            for claim in self._claims(one):
                if claim.reason is None:
                    self._claimed[claim.key].append(one)

    def resolve(self) -> Resolution:
        groups: dict[str, list[Candidate]] = defaultdict(list)
        for one, root in self._grouped():
            groups[root].append(one)
        for root, members in sorted(groups.items()):
            target = self._target(members) or root
            self._targets |= {one.article_id: target for one in members}
        for one in self._given:
            self._answer(one)
        for one in self._given:
            self._weigh_claims(one)
        return Resolution(targets=self._targets, addresses=tuple(self._changed.values()))

    def _claims(self, one: Candidate) -> Iterator[_Claim]:
        for key, kind, url, reason in claims_of(one):
            is_said_there = reason == OTHER_HOST and any(
                there_key in (one.url_key, one.final_key)
                for there in self._answered[key]
                for there_key, *_ in claims_of(there)
            )
            yield _Claim(kind=kind, url=url, key=key, reason=None if is_said_there else reason)

    def _grouped(self) -> Iterator[tuple[Candidate, str]]:
        """Yield each new candidate with the least id of those that are one article with it."""
        roots = {one.article_id: one.article_id for one in self._given}

        def root_of(article_id: str) -> str:
            while roots[article_id] != article_id:
                article_id = roots[article_id]
            return article_id

        for one in self._given:
            for other in self._related(one):
                if other.article_id in roots:
                    low, high = sorted((root_of(one.article_id), root_of(other.article_id)))
                    roots[high] = low
        for one in self._given:
            yield one, root_of(one.article_id)

    def _related(self, one: Candidate) -> Iterator[Candidate]:
        """Yield those that are the same article as `one`, the surest evidence first; itself may be among them."""
        for key in (one.url_key, one.final_key):
            yield from (other for other in self._answered.get(key or "", ()) if not _is_reuse(one, other))
        claimed = [claim.key for claim in self._claims(one) if claim.reason is None]
        for key in claimed:
            yield from (other for other in self._answered.get(key, ()) if _agree(one, other))
        for key in [*claimed, one.url_key, one.final_key]:
            yield from (other for other in self._claimed.get(key or "", ()) if _agree(one, other))

    def _target(self, members: Sequence[Candidate]) -> str | None:
        """Return the known article that these are, or the id of a new one at an address that is used again."""
        for one in members:
            same = [other for other in self._related(one) if self._known.get(other.article_id) is other]
            if same:
                here = [other for other in same if other in self._answered.get(one.url_key or "", ())] or same[:1]
                return max(here, key=lambda other: share_in_common(one.text, other.text)).article_id
        for one in members:
            if one.article_id in self._known and one.url_key and one.published_at:
                return short_hash("url", one.url_key, one.published_at.date().isoformat())
        return None

    def _answer(self, one: Candidate) -> None:
        """Note the addresses that answered."""
        target = self._targets[one.article_id]
        addresses: tuple[tuple[AddressKind, str | None, str | None], ...] = (
            ("requested", one.url_key, one.url),
            ("final", one.final_key, one.final_url),
        )
        for kind, key, url in addresses:
            if not key or not url:
                continue
            holder = self._holder(key)
            if holder is None or holder.article_id == target:
                self._note(one, kind, key, url, None)
            elif holder.kind in ("canonical", "amp"):
                self._put(replace(holder, reason=OTHER_TEXT))
                self._note(one, kind, key, url, None)
            elif kind == "requested":
                self._share(one, holder, key, url)

    def _share(self, one: Candidate, holder: Address, key: str, url: str) -> None:
        """Let the later of two articles have the address that both were found under."""
        other = self._known.get(holder.article_id)
        is_later = bool(other and one.published_at and other.published_at and one.published_at > other.published_at)
        if is_later:
            self._put(replace(holder, reason=REUSED))
        self._note(one, "requested", key, url, None if is_later else REUSED)

    def _weigh_claims(self, one: Candidate) -> None:
        target = self._targets[one.article_id]
        for claim in self._claims(one):
            others = [two for two in self._claimed[claim.key] if self._id(two) != target]
            there = [two for two in self._answered[claim.key] if self._id(two) != target]
            reason = claim.reason
            if reason is None and there:
                reason = OTHER_TEXT if any(two.text for two in there) else UNREAD
            elif reason is None and others:
                reason = SEVERAL
                for two in others:
                    if row := self._row(claim.key, self._id(two)):
                        self._put(replace(row, reason=SEVERAL))
            self._note(one, claim.kind, claim.key, claim.url, reason)

    def _id(self, one: Candidate) -> str:
        return one.article_id if self._known.get(one.article_id) is one else self._targets[one.article_id]

    def _row(self, key: str, article_id: str) -> Address | None:
        return self._rows.get((key, article_id))

    def _holder(self, key: str) -> Address | None:
        return next((row for (of, _), row in self._rows.items() if of == key and row.reason is None), None)

    def _note(self, one: Candidate, kind: AddressKind, key: str, url: str, reason: str | None) -> None:
        """Write a row, unless a surer one of the same article says it already."""
        target = self._targets[one.article_id]
        row = self._row(key, target)
        if row and (_RANKS.index(row.kind), row.reason is not None) <= (_RANKS.index(kind), reason is not None):
            return
        seen_at = row.first_seen_at if row else one.first_seen_at
        self._put(Address(url_key=key, url=url, article_id=target, kind=kind, reason=reason, first_seen_at=seen_at))

    def _put(self, row: Address) -> None:
        self._rows[row.url_key, row.article_id] = self._changed[row.url_key, row.article_id] = row


def _why_not(kind: AddressKind, url: str, own: str) -> str | None:
    """Return what speaks against an address that a page declares, from the two addresses alone."""
    if is_home(url):
        return FRONT_DOOR
    if _MOBILE.sub("", urlsplit(url).netloc) != _MOBILE.sub("", urlsplit(own).netloc):
        return OTHER_HOST
    there, here = _segments(url), _segments(own)
    is_plain = not urlsplit(url).query and not _ARTICLE_LIKE.search(there[-1] if there else "")
    is_above = len(there) < len(here) and here[: len(there)] == there
    if is_plain and there != here and (is_above or (here and _ARTICLE_LIKE.search(here[-1]) and kind == "canonical")):
        return SECTION
    return None


def _segments(url: str) -> list[str]:
    return [part for part in urlsplit(url).path.split("/") if part and part.lower() != "amp"]


def _agree(one: Candidate, other: Candidate) -> bool:
    return share_in_common(one.text, other.text) >= _SAME


def _is_reuse(one: Candidate, other: Candidate) -> bool:
    """Whether one address has served two articles: other text, other title, other day."""
    return bool(
        one.text
        and other.text
        and one.published_at
        and other.published_at
        and one.published_at.date() != other.published_at.date()
        and words_key(one.title or "") != words_key(other.title or "")
        and share_in_common(one.text, other.text) < _OTHER
    )
