"""The weights that ship: of terms there are, with the signs that they promise."""

import json

from pipeline.relevance.lexicon import parse_groups
from pipeline.resources import data_path

HERE = data_path("config", "relevance")
MODEL = json.loads((HERE / "weights.json").read_text(encoding="utf-8"))
TIERS = {
    name: str(group.tier)
    for name, group in parse_groups(data_path("config", "lexicon", "groups.toml").read_bytes()).items()
}
AGAINST = {"against", "past", "possible"}


def tier(name: str) -> str | None:
    """Return the tier of a weight of terms, None for what is none."""
    kind, _, rest = name.partition(" ")
    return rest if kind == "tier" else TIERS[rest] if kind in ("group", "title", "opening") else None


def test_weights_are_of_groups_there_are():
    for name in MODEL["weights"]:
        assert name in ("evidence", "body", "past") or tier(name) in {*TIERS.values()}, name


def test_words_of_each_language_have_weights_and_glosses_and_no_file_is_left_over():
    languages = {path.stem for path in data_path("config", "lexicon").glob("*.toml")} - {"groups"}
    assert {f"words_{code}.json" for code in languages} < {*MODEL["files"]}
    assert {f"glosses_{code}.npz" for code in languages - {"en"}} < {*MODEL["files"]}
    assert {path.name for path in HERE.iterdir()} == {"weights.json", *MODEL["files"]}


def test_no_term_for_conflict_lowers_a_score_and_none_against_it_raises_one():
    for name, (weight, *_) in MODEL["weights"].items():
        if name in ("evidence", "body"):
            assert weight >= 0
        elif found := tier(name):
            assert weight <= 0 if found in AGAINST else weight >= 0, name
