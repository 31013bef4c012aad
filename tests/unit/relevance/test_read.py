import shutil
import time
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from pipeline import relevance
from pipeline.errors import SettingsError
from pipeline.relevance import read
from pipeline.resources import data_path
from pipeline.types import Article, Judgement

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def lexicon(tmp_path):
    return shutil.copytree(data_path("config", "lexicon"), tmp_path / "lexicon")


@pytest.fixture
def profile(tmp_path):
    return shutil.copy(data_path("config", "profiles", "conflict.toml"), tmp_path / "mine.toml")


def article(**more) -> Article:
    nothing = dict.fromkeys(field.name for field in fields(Article))
    return Article(
        **nothing
        | {"article_id": "a1", "authors": (), "first_seen_at": NOW, "extracted_at": NOW, "text_sha256": "sha"}
        | more
    )


def test_loading_is_quick():
    relevance.load()
    began = time.process_time()
    relevance.load()
    assert time.process_time() - began < 3  # a guard against another order of size; `make bench` measures


def test_the_same_files_give_the_same_model():
    assert relevance.load().model_id == relevance.load("conflict").model_id


def test_a_changed_term_is_another_model(lexicon):
    before = relevance.load(lexicon=lexicon)
    assert before.model_id == relevance.load().model_id
    path = lexicon / "fr.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"émeute*"', '"émeutes"'), encoding="utf-8")
    assert relevance.load(lexicon=lexicon).model_id != before.model_id


def test_a_changed_weight_is_another_model(lexicon):
    path = lexicon / "groups.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("weight = 2.4", "weight = 2.5", 1), encoding="utf-8")
    assert relevance.load(lexicon=lexicon).model_id != relevance.load().model_id


@pytest.fixture
def models(tmp_path, monkeypatch):
    shutil.copytree(data_path("config"), tmp_path / "config")
    monkeypatch.setattr(read, "data_path", tmp_path.joinpath)
    return tmp_path / "config" / "relevance"


@pytest.mark.parametrize("name", ["weights.json", "words_en.json", "words_uk.json", "glosses_uk.npz", "windows_en.npz"])
def test_a_model_that_is_missing_is_named(name, models):
    (models / name).unlink()
    with pytest.raises(SettingsError, match=rf"config/relevance/{name} can't be read"):
        relevance.load()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"kill": [1, 2]}', b'{"kill": 1.5}', b"\xff"])
def test_damaged_weights_of_words_are_named_where_their_language_is_read(raw, models):
    (models / "words_uk.json").write_bytes(raw)
    assessor = relevance.load()
    assert assessor.assess(title="Shelling hits border village", text="", language="en").label == "keep"
    with pytest.raises(SettingsError, match=r"config/relevance/words_uk\.json can't be used"):
        assessor.assess(title="Обстріл", text="", language="uk")


def test_a_changed_weight_of_a_word_is_another_model(models):
    before = relevance.load().model_id
    path = models / "words_uk.json"
    path.write_bytes(path.read_bytes().replace(b"[", b"[1", 1))
    assert relevance.load().model_id != before


def test_a_changed_profile_is_another_model_and_another_judgement(profile):
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace('name = "conflict"', 'name = "strict"').replace("keep = -0.25", "keep = 9.0"))
    strict, usual = relevance.load(profile), relevance.load()
    title = "Shelling hits border village"
    assert strict.model_id != usual.model_id
    assert usual.assess(title=title, text="", language="en").label == "keep"
    judged = strict.assess(title=title, text="", language="en")
    assert (judged.label, judged.profile) == ("review", "strict")


def test_a_profile_can_switch_a_group_off(profile):
    profile.write_text(profile.read_text(encoding="utf-8").replace("[groups]", "[groups]\nbombardment = 0"))
    title = "Shelling near the village"
    usual = relevance.load().assess(title=title, text="", language="en")
    judged = relevance.load(profile).assess(title=title, text="", language="en")
    assert (usual.label, usual.reasons[0].term) == ("keep", "Shelling")
    assert judged.label != "keep"
    assert "Shelling" not in {reason.term for reason in judged.reasons}


def test_a_profile_that_isnt_there_is_named_with_those_that_are():
    with pytest.raises(SettingsError, match=r"'nonsense': give a file or one of .*conflict"):
        relevance.load("nonsense")


@pytest.mark.parametrize("raw", [b"", b"name = 'x'", b"\xff", b"unknown = 1"])
def test_a_malformed_profile_is_named(profile, raw):
    profile.write_bytes(raw)
    with pytest.raises(SettingsError, match=r"mine\.toml"):
        relevance.load(profile)


def test_a_profile_with_a_group_that_doesnt_exist_is_refused(profile):
    profile.write_text(profile.read_text(encoding="utf-8").replace("[groups]", "[groups]\nnonsense = 0"))
    with pytest.raises(SettingsError, match="nonsense"):
        relevance.load(profile)


def test_a_folder_without_groups_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="groups"):
        relevance.load(lexicon=tmp_path)


def test_a_batch_gets_a_row_an_article_in_order():
    kept = article(title="Shelling hits border village", text="Two soldiers were killed.", language="en")
    rows = relevance.judge([kept, replace(kept, article_id="a2", title="Bakery opens", text=None)], profile="conflict")
    assert [(row.article_id, row.label) for row in rows] == [("a1", "keep"), ("a2", "drop")]
    assert isinstance(rows[0], Judgement)
    assert rows[0].text_sha256 == "sha"
    assert rows[0].types[0].type == "Explosions/Remote violence"
    first = rows[0].reasons[0]
    assert kept.title[first.start_char : first.end_char] == first.term
    assert rows[0].model_id == relevance.load().model_id


def test_an_article_with_nothing_in_it_is_for_review():
    assert [row.label for row in relevance.judge([article()], profile="conflict")] == ["review"]


def test_a_lexicon_of_a_users_is_refused_where_name_and_language_differ(lexicon):
    (lexicon / "uk.toml").rename(lexicon / "ukrainian.toml")
    with pytest.raises(SettingsError, match=r"must be called uk\.toml"):
        relevance.load(lexicon=lexicon)


@pytest.mark.parametrize("wrong", ["keep = nan", "keep = inf"])
def test_a_threshold_that_is_no_number_is_refused(profile, wrong):
    profile.write_text(profile.read_text(encoding="utf-8").replace("keep = -0.25", wrong))
    with pytest.raises(SettingsError, match="mine"):
        relevance.load(profile)


def test_profiles_based_on_each_other_are_refused(tmp_path):
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text(f'based_on = "{other}"\nname = "one"\nmeans = "one"\n')
    other.write_text(f'based_on = "{one}"\nname = "other"\nmeans = "other"\n')
    with pytest.raises(SettingsError, match="based on itself"):
        relevance.load(str(one))
