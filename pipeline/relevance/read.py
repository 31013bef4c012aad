"""Read the lexicon and a profile; judge a batch of articles with them."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.relevance.assess import Assessor
from pipeline.relevance.definition import Relevance
from pipeline.relevance.lexicon import Lexicon, parse_groups, parse_lexicon
from pipeline.relevance.model import parse_model
from pipeline.relevance.profile import parse_profile, read_profile
from pipeline.relevance.windows import parse_convolution
from pipeline.resources import data_path
from pipeline.types import Article, Judgement, Reason, ScoredType

_GROUPS = "groups.toml"
_MODELS = ("config", "relevance")
_WEIGHTS = "weights.json"
_CONVOLVED = ("en",)  # languages that are read by a convolution as well


def load(
    profile: str | Path = "conflict", *, lexicon: Path | None = None, untrained_words: Sequence[str] | None = None
) -> Assessor:
    """Make an assessor of a profile (a name in config/profiles/, or a file) and a lexicon (a folder; ours by default).

    With `untrained_words` (languages) the model has no weights yet: for training, which asks for features alone.
    Raises SettingsError, naming the file, when one is missing or can't be used.
    """
    folder = lexicon or data_path("config", "lexicon")
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))}
    if missing := {_GROUPS, "en.toml"} - files.keys():  # other languages are tried with English terms
        raise SettingsError(f"the lexicon in {folder} lacks {', '.join(sorted(missing))}")
    raw_profiles = read_profile(profile)
    groups = parse_groups(files[_GROUPS])
    parsed_profile = parse_profile(raw_profiles, groups, name=str(profile))
    lexicons = _Lexicons(
        {
            name.removesuffix(".toml"): partial(
                parse_lexicon, raw, groups, name=name, more=parsed_profile.terms, without=parsed_profile.without
            )
            for name, raw in files.items()
            if name != _GROUPS
        }
    )
    named = {*parsed_profile.terms, *parsed_profile.without}
    if unknown := named - lexicons.keys():
        known = ", ".join(sorted(lexicons))
        raise SettingsError(f"relevance profile {profile} has terms of {', '.join(sorted(unknown))}; known are {known}")
    theirs = lexicons if lexicon else {"en", *named}
    for code in theirs:  # what isn't all ours may be wrong, and is looked at before any article is
        lexicons[code]
    raw_model = _untrained(untrained_words) if untrained_words else _read_model(_WEIGHTS)
    names = {code: f"windows_{code}.npz" for code in (() if untrained_words else _CONVOLVED)}
    raw_convolutions = {code: _read_model(name) for code, name in names.items()}
    return Assessor(
        profile=parsed_profile,
        lexicons=lexicons,
        model=parse_model(raw_model, name=_named(_WEIGHTS)),
        convolutions={code: parse_convolution(raw, name=_named(names[code])) for code, raw in raw_convolutions.items()},
        model_id=_model_id(files | {"profile": b"\0".join(raw_profiles), _WEIGHTS: raw_model} | raw_convolutions),
    )


def _named(name: str) -> str:
    return "/".join((*_MODELS, name))


def _read_model(name: str) -> bytes:
    """Return a file that ships with us. Raises SettingsError."""
    try:
        return (data_path(*_MODELS) / name).read_bytes()
    except OSError as error:
        raise SettingsError(f"{_named(name)} can't be read ({error.strerror}): install conflictwire anew") from None


class _Lexicons(Mapping[str, Lexicon]):
    """Lexicons by language, each read when it is first asked for: all sixteen take .3 s, and most runs meet a few."""

    def __init__(self, readers: Mapping[str, Callable[[], Lexicon]]) -> None:
        self._readers = readers
        self._read: dict[str, Lexicon] = {}

    def __getitem__(self, code: str) -> Lexicon:
        if code not in self._read:
            self._read[code] = self._readers[code]()
        return self._read[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)

    def __contains__(self, code: object) -> bool:
        return code in self._readers


def _untrained(languages: Sequence[str]) -> bytes:
    return json.dumps({"word_languages": languages, "bias": [0] * 7, "weights": {}}).encode()


def _model_id(files: dict[str, bytes]) -> str:
    """Hash all that a score depends on: the terms and their weights, the profile, and the code that applies them."""
    code = {path.name: path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))}
    digest = hashlib.sha256()
    for name, raw in (code | files).items():
        digest.update(f"{name} {len(raw)}\n".encode() + raw)
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def _loaded(profile: str) -> Assessor:
    return load(profile)


def judge(articles: Iterable[Article], *, profile: str) -> list[Judgement]:
    """Assess the articles of a batch: one row of `relevance` each, in order."""
    assessor = _loaded(profile)
    return [_judgement(article, _assess(assessor, article)) for article in articles]


def _assess(assessor: Assessor, article: Article) -> Relevance:
    return assessor.assess(
        title=article.title or "", text=article.text or "", lead=article.lead or "", language=article.language
    )


def _judgement(article: Article, relevance: Relevance) -> Judgement:
    return Judgement(
        article_id=article.article_id,
        score=relevance.score,
        label=relevance.label,
        about=relevance.about,
        types=tuple(ScoredType(type=name, score=score) for name, score in relevance.types),
        temporal=relevance.temporal,
        reasons=tuple(
            Reason(term=one.term, weight=one.weight, where=one.where, start_char=one.start, end_char=one.end)
            for one in relevance.reasons
        ),
        sentence=relevance.sentence,
        sentence_start=relevance.sentence_start,
        sentence_end=relevance.sentence_end,
        model_id=relevance.model_id,
        profile=relevance.profile,
        text_sha256=article.text_sha256,
    )
