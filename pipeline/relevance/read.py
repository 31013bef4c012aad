"""Read the lexicon, the models and a profile; judge a batch of articles with them."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.relevance.assess import Assessor, Reader
from pipeline.relevance.definition import Relevance
from pipeline.relevance.lexicon import Lexicon, parse_groups, parse_lexicon
from pipeline.relevance.model import parse_model, parse_words
from pipeline.relevance.profile import parse_profile, read_profile
from pipeline.relevance.vocabulary import parse_glosses
from pipeline.relevance.windows import Convolution, parse_convolution
from pipeline.resources import data_path
from pipeline.types import Article, Judgement, Reason, ScoredType

_GROUPS = "groups.toml"
_MODELS = ("config", "relevance")
_WEIGHTS = "weights.json"
_WINDOWS = "windows_en.npz"
_UNTRAINED = json.dumps({"files": [], "bias": [0] * 7, "weights": {}}).encode()


def load(profile: str | Path = "conflict", *, lexicon: Path | None = None, is_trained: bool = True) -> Assessor:
    """Make an assessor of a profile (a name in config/profiles/, or a file) and a lexicon (a folder; ours by default).

    Without `is_trained` the model has no weights yet: for training, which asks for features alone.
    Raises SettingsError, naming the file, when one is missing or can't be used.
    """
    folder = lexicon or data_path("config", "lexicon")
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))}
    if missing := {_GROUPS, "en.toml"} - files.keys():  # other languages are tried with English terms
        raise SettingsError(f"the lexicon in {folder} lacks {', '.join(sorted(missing))}")
    raw_profiles = read_profile(profile)
    groups = parse_groups(files[_GROUPS])
    parsed_profile = parse_profile(raw_profiles, groups, name=str(profile))
    models = _read_models() if is_trained else {_WEIGHTS: _UNTRAINED}
    model = parse_model(models[_WEIGHTS], name=_named(_WEIGHTS))
    english = parse_convolution(models[_WINDOWS], name=_named(_WINDOWS)) if _WINDOWS in models else None

    def reader_of(code: str) -> Reader:
        name, words = f"{code}.toml", f"words_{code}.json"
        terms, without = parsed_profile.terms, parsed_profile.without
        lexicon = parse_lexicon(files[name], groups, name=name, more=terms, without=without)
        of_words = parse_words(models[words], language=code, name=_named(words)) if words in models else {}
        return Reader(lexicon, model.with_words(of_words), _convolution(models, english, lexicon))

    codes = [name.removesuffix(".toml") for name in files if name != _GROUPS]
    named = {*parsed_profile.terms, *parsed_profile.without}
    if unknown := named - set(codes):
        raise SettingsError(
            f"relevance profile {profile} has terms of {', '.join(sorted(unknown))}; known are {', '.join(codes)}"
        )
    readers = _Readers(codes, reader_of)
    for code in codes if lexicon else {"en", *named}:
        readers[code]  # what isn't all ours may be wrong, and is looked at before any article is
    return Assessor(
        profile=parsed_profile,
        readers=readers,
        model_id=_model_id(files | {"profile": b"\0".join(raw_profiles)} | models),
    )


def _convolution(models: Mapping[str, bytes], english: Convolution | None, lexicon: Lexicon) -> Convolution | None:
    """Return the convolution that reads a language; none where it has no glosses."""
    name = f"glosses_{lexicon.code}.npz"
    if lexicon.code == "en" or english is None:
        return english
    if name not in models:
        return None
    glosses = parse_glosses(
        models[name],
        n_rows=len(english.weights),
        is_spaced=lexicon.is_spaced,
        clitics=lexicon.clitics,
        name=_named(name),
    )
    return replace(english, vocabulary=glosses)


def _named(name: str) -> str:
    return "/".join((*_MODELS, name))


def _read_models() -> dict[str, bytes]:
    """Return the files that hold the models, by name. Raises SettingsError."""
    weights = _read_model(_WEIGHTS)
    beside = parse_model(weights, name=_named(_WEIGHTS)).files
    return {_WEIGHTS: weights} | {name: _read_model(name) for name in beside}


def _read_model(name: str) -> bytes:
    """Return a file that ships with us. Raises SettingsError."""
    try:
        return (data_path(*_MODELS) / name).read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{_named(name)} can't be read ({error.strerror or error}): install conflictwire anew"
        ) from None


class _Readers(Mapping[str, Reader]):
    """Readers by language, each made when it is first asked for: all sixteen take .5 s, and most runs meet a few."""

    def __init__(self, codes: Sequence[str], make: Callable[[str], Reader]) -> None:
        self._codes = codes
        self._make = make
        self._made: dict[str, Reader] = {}

    def __getitem__(self, code: str) -> Reader:
        if code not in self._made:
            if code not in self._codes:
                raise KeyError(code)
            self._made[code] = self._make(code)
        return self._made[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def __contains__(self, code: object) -> bool:
        return code in self._codes


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
