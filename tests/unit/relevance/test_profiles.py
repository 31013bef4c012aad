"""What each profile keeps; the table in docs/definition.md."""

import pytest

from pipeline import relevance
from pipeline.errors import SettingsError

PROFILES = ("conflict", "ucdp-strict", "acled-violence", "acled-full", "broad")
BATTLE = "Army battles rebels for the town, dozens of soldiers and fighters killed in heavy fighting"
RIOT = "Rioters torch shops and mosques in a second night of communal violence"
TALKS = "Warring sides sign ceasefire and agree to swap prisoners of war"
MARCH = "Thousands of protesters march peacefully through the capital in demonstration against the reform"
PAST = "Veterans return to the beaches for the anniversary of the D-Day landings of the Second World War"
CUP = "Striker fires late winner in cup final"


@pytest.fixture(scope="module")
def labels():
    assessors = {name: relevance.load(name) for name in PROFILES}

    def judge(title: str) -> dict[str, str]:
        return {name: one.assess(title=title, text="", language="en").label for name, one in assessors.items()}

    return judge


def test_a_battle_is_kept_by_all(labels):
    assert set(labels(BATTLE).values()) == {"keep"}


def test_a_riot_is_no_armed_force(labels):
    found = labels(RIOT)
    assert found["ucdp-strict"] == "drop"
    assert {name for name, label in found.items() if label == "keep"} == set(PROFILES) - {"ucdp-strict"}


def test_talks_are_no_act(labels):
    found = labels(TALKS)
    assert (found["ucdp-strict"], found["acled-violence"]) == ("drop", "drop")
    assert {found["conflict"], found["acled-full"], found["broad"]} == {"keep"}


def test_a_peaceful_march_is_for_acled_full(labels):
    found = labels(MARCH)
    assert found["acled-full"] == "keep"
    assert "keep" not in {found["conflict"], found["ucdp-strict"], found["acled-violence"]}


def test_the_past_is_kept_by_the_broad_one_alone(labels):
    assert labels(PAST) == dict.fromkeys(PROFILES, "review") | {"broad": "keep"} | {
        name: labels(PAST)[name] for name in ("ucdp-strict", "acled-violence")
    }
    assert labels(PAST)["conflict"] == "review"


def test_a_cup_final_is_kept_by_none(labels):
    assert "keep" not in labels(CUP).values()


def test_a_language_without_a_lexicon_is_for_review_in_all():
    for name in PROFILES:
        judged = relevance.load(name).assess(title="Nová cyklostezka byla otevřena", text="", language="cs")
        assert (judged.label, name) == ("review", name)


def test_every_profile_is_a_model_of_its_own():
    assert len({relevance.load(name).model_id for name in PROFILES}) == len(PROFILES)


def test_a_change_of_the_base_changes_the_model_of_what_is_based_on_it(tmp_path, monkeypatch):
    mine = tmp_path / "mine.toml"
    mine.write_text('based_on = "ucdp-strict"\nname = "mine"\nmeans = "mine"\n')
    before = relevance.load(mine)
    assert before.assess(title=RIOT, text="", language="en").label == "drop"
    mine.write_text('based_on = "conflict"\nname = "mine"\nmeans = "mine"\n')
    assert relevance.load(mine).model_id != before.model_id


def test_a_profile_adds_and_removes_terms(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'based_on = "conflict"\nname = "mine"\nmeans = "mine"\n[terms.en]\nbattle = ["zorgling"]\n'
        '[without]\nen = ["shelling"]\n'
    )
    title = "Zorgling in the border town after soldiers and rebels met"
    usual, changed = relevance.load(), relevance.load(mine)
    assert (
        changed.assess(title=title, text="", language="en").score
        > usual.assess(title=title, text="", language="en").score
    )
    shelled = "Shelling in the border town"
    assert (
        changed.assess(title=shelled, text="", language="en").score
        < usual.assess(title=shelled, text="", language="en").score
    )


@pytest.mark.parametrize("removed", ['"shelling"', '"shelling", "shell*"', '"shelling", "heavy shelling in"'])
def test_words_of_a_removed_term_are_no_reason(tmp_path, removed):
    mine = tmp_path / "mine.toml"
    mine.write_text(f'based_on = "conflict"\nname = "mine"\nmeans = "mine"\n[without]\nen = [{removed}]\n')
    judged = relevance.load(mine).assess(title="Heavy shelling of a border town by rebels", text="", language="en")
    terms = {reason.term for reason in judged.reasons}
    assert "shelling" not in terms
    assert "rebels" in terms


def test_a_profile_that_is_based_on_nothing_known_is_refused(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('based_on = "nothing"\nname = "mine"\nmeans = "mine"\n')
    with pytest.raises(SettingsError, match="nothing"):
        relevance.load(mine)


@pytest.mark.parametrize("table", ["[terms.cs]\nbattle = ['bitva']", "[without]\ncs = ['bitva']"])
def test_terms_of_a_language_without_a_lexicon_are_refused(tmp_path, table):
    mine = tmp_path / "mine.toml"
    mine.write_text(f'based_on = "conflict"\nname = "mine"\nmeans = "mine"\n{table}\n')
    with pytest.raises(SettingsError, match="terms of cs; known are am, ar"):
        relevance.load(mine)


@pytest.mark.parametrize("text", ["[means]\nx = 1", "name = 1979-05-27", "[thresholds.keep]\nx = 1"])
def test_a_profile_of_the_wrong_shape_is_told_in_our_words(tmp_path, text):
    mine = tmp_path / "mine.toml"
    mine.write_text(f'based_on = "conflict"\n{text}\n')
    with pytest.raises(SettingsError, match="can't be used"):
        relevance.load(mine)
