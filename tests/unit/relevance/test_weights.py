"""The weights that ship: of terms there are, with the signs that they promise."""

import json

import pytest

from pipeline.relevance.definition import EVENT_TYPES
from pipeline.relevance.lexicon import parse_groups
from pipeline.resources import data_path

MODEL = json.loads(data_path("config", "relevance", "weights.json").read_text(encoding="utf-8"))
TIERS = {
    name: str(group.tier)
    for name, group in parse_groups(data_path("config", "lexicon", "groups.toml").read_bytes()).items()
}
AGAINST = {"against", "past", "possible"}


def tier(name: str) -> str | None:
    """Return the tier of a weight of terms, None for what is none."""
    kind, _, rest = name.partition(" ")
    return rest if kind == "tier" else TIERS[rest] if kind in ("group", "title", "opening") else None


@pytest.mark.parametrize("weights", [MODEL["keep"], *MODEL["types"].values()])
def test_weights_are_of_groups_and_languages_there_are(weights):
    for name in weights["weights"]:
        kind, _, rest = name.partition(" ")
        if kind == "word":
            assert rest.partition(" ")[0] in MODEL["word_languages"]
        else:
            assert name in ("evidence", "past") or tier(name) in {*TIERS.values()}, name


def test_there_is_a_model_of_each_type():
    assert set(MODEL["types"]) == set(EVENT_TYPES)


def test_no_term_for_conflict_lowers_a_score_and_none_against_it_raises_one():
    for name, weight in MODEL["keep"]["weights"].items():
        if name == "evidence":
            assert weight >= 0
        elif found := tier(name):
            assert weight <= 0 if found in AGAINST else weight >= 0, name
