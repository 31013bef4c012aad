"""A page under judgement: what its signs, its text and the feed's title come to together. Pure."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from pipeline.article.signs import Signs
from pipeline.article.words import overlap
from pipeline.text import words

PROSE_WORDS = 18  # of a line: a sentence or two; labels, buttons and headlines are shorter
MUCH_PROSE = 120  # words: more than walls, errors and missing pages say
SOME_PROSE = 35  # words: a news brief
LIST = 6  # headlines that make a list
_TITLES_AGREE = 0.6  # share of the shorter title's words


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A page under judgement, with what several tests ask of it. Words of `title` are the feed's."""

    signs: Signs
    text: str
    title: str | None
    url: str

    @cached_property
    def lines(self) -> list[tuple[str, int]]:
        """Lines of the text, each with its number of words."""
        return [(line, len(words(line))) for line in self.text.splitlines()]

    @cached_property
    def n_words(self) -> int:
        """Count the words of the text."""
        return sum(n for _, n in self.lines)

    @cached_property
    def n_prose(self) -> int:
        """Count words of sentences that aren't a list's teasers."""
        teasers = " ".join(self.signs.cards) if len(self.signs.cards) >= LIST else ""
        return sum(n for line, n in self.lines if n >= PROSE_WORDS and line[:60] not in teasers)

    @cached_property
    def agrees(self) -> bool | None:
        """Whether the page bears the feed's title; without one its own claim counts, None where it makes none."""
        wanted = words(self.title)
        if not wanted:
            return True if self.signs.n_article_nodes in (1, 2) else None
        return any(
            overlap(wanted, own) >= _TITLES_AGREE and len(own) * 3 >= len(set(wanted))
            for own in map(words, self.signs.titles)
        )

    @cached_property
    def is_declared(self) -> bool:
        """Whether the page says that it is one article."""
        return self.signs.n_article_nodes in (1, 2) or self.signs.meta.get("og:type", "").startswith("article")

    @cached_property
    def is_own(self) -> bool:
        """Whether the page is about what the feed announced, by its title, or else has an article's prose."""
        if self.agrees:
            return self.n_prose >= SOME_PROSE
        least = MUCH_PROSE // 2 if self.agrees is None else 2 * MUCH_PROSE
        return self.n_prose >= least and self.n_prose * 2 > self.n_words

    @cached_property
    def title_words(self) -> str:
        """Titles and headings, casefolded."""
        return " \n ".join((*self.signs.titles, *self.signs.headings)).casefold()

    @cached_property
    def said(self) -> str:
        """What a reader meets: titles, what was extracted, what is visible."""
        return f"{self.title_words}\n{self.text[:4000]}\n{self.signs.visible}".casefold()

    @cached_property
    def around(self) -> str:
        """What a reader meets beside the prose."""
        rest = self.signs.visible
        for line, n in self.lines:
            rest = rest.replace(line, " ") if n >= PROSE_WORDS else rest
        return rest.casefold()

    @cached_property
    def path(self) -> str:
        """Path of the address, casefolded."""
        return urlsplit(self.url).path.casefold()

    def mark(self, kind: str) -> int:
        """Count the elements that bear a mark of this kind."""
        return self.signs.marks.get(kind, 0)
