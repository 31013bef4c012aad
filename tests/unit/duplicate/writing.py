"""Texts made up from a seed: words of no language in sentences of none, with names and figures as news has them.

What copies and strangers look like is decided by how texts share words, not by what the words mean; so thousands of
different articles, their copies and their look-alikes can be had without any text of anybody.
"""

import random
from collections.abc import Sequence

_ONSETS = [
    "b",
    "d",
    "f",
    "g",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "z",
    "br",
    "dr",
    "gr",
    "kl",
    "pr",
    "st",
    "tr",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
_ENDS = ["", "n", "r", "s", "t", "l", "nd", "rk"]
_FORM = (
    "{day} bulletin of the {office} office. The office counted {a} incidents in {place} between {b} and {c} hours and "
    "{d} in {other}. {e} people were treated at the hospital of {town}, where {name} is in charge. Roads from {place} to "
    "{town} stay closed until {day2}. The next bulletin follows at {f} hours. Callers reach the office at any time under "
    "the known numbers. All figures are preliminary and may be corrected in the evening summary of the office."
)


class Writer:
    """Writes texts; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.vocabulary = [self.word() for _ in range(3_000)]

    def word(self) -> str:
        """Return a word of two or three syllables."""
        syllables = self.chance.randint(2, 3)
        parts = (self.chance.choice(_ONSETS) + self.chance.choice(_VOWELS) for _ in range(syllables))
        return "".join(parts) + self.chance.choice(_ENDS)

    def name(self) -> str:
        """Return a name."""
        return self.word().capitalize()

    def sentence(self, names: Sequence[str]) -> str:
        """Return a sentence that mentions a name, and a figure now and then."""
        words = self.chance.choices(self.vocabulary, k=self.chance.randint(9, 22))
        words.insert(self.chance.randint(1, len(words)), self.chance.choice(names))
        if self.chance.random() < 0.4:
            words.insert(self.chance.randint(1, len(words)), str(self.chance.randint(2, 900)))
        return " ".join(words).capitalize() + "."

    def article(self, names: Sequence[str] = (), *, n_sentences: int = 18) -> str:
        """Return an article of some 300 words in paragraphs, about the names where they are given."""
        names = names or [self.name() for _ in range(8)]
        sentences = [self.sentence(names) for _ in range(n_sentences)]
        return "\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))

    def edited(self, text: str, share: float) -> str:
        """Return the text with this share of its words replaced, dropped or followed by another one."""
        words = text.split(" ")
        for at in self.chance.sample(range(len(words)), int(len(words) * share)):
            other = self.chance.choice(self.vocabulary)
            words[at] = self.chance.choice((other, "", f"{words[at]} {other}"))
        return " ".join(words)

    def bulletin(self) -> str:
        """Return a report filled into the form of an office: the words stay, names and figures differ."""
        names = {slot: self.name() for slot in ("day", "place", "other", "town", "name", "day2")}
        return _FORM.format(office="Karsk", **names, **{slot: self.chance.randint(2, 900) for slot in "abcdef"})


def first(text: str, share: float) -> str:
    """Return the first part of a text."""
    words = text.split(" ")
    return " ".join(words[: int(len(words) * share)])


def in_signs(text: str) -> str:
    """Return the text in a script without spaces: two signs for each word, and figures left as they are."""
    return "".join(
        word if word.isdigit() else chr(0x4E00 + hash_of(word) % 4000) + chr(0x5A00 + hash_of(word[::-1]) % 4000)
        for word in text.split()
    )


def hash_of(word: str) -> int:
    """Return a number for a word, the same in every process."""
    return int.from_bytes(word.encode()[:6], "big")
