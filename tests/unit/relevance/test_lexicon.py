import tomllib
from collections import Counter

import pytest

from pipeline.errors import SettingsError
from pipeline.relevance.fold import fold
from pipeline.relevance.lexicon import Lexicon, parse_groups, parse_lexicon
from pipeline.resources import data_path

GROUPS = parse_groups((data_path("config", "lexicon") / "groups.toml").read_bytes())
FILES = {path.name: path.read_bytes() for path in data_path("config", "lexicon").glob("??.toml")}


def lexicon(terms, **more) -> Lexicon:
    settings = {"language": "xx", "name": "Test", **more}
    lines = [f"{key} = {value!r}".replace("True", "true").replace("False", "false") for key, value in settings.items()]
    body = [f"{group} = {words!r}" for group, words in terms.items()]
    return parse_lexicon("\n".join([*lines, "[terms]", *body]).encode(), GROUPS, name="xx.toml")


def found(one, text):
    return [(text[match.start : match.end], match.group.name) for match in one.find(one.fold(text).text)]


def test_a_word_is_met_whole_and_a_stem_at_the_beginning():
    one = lexicon({"kill": ["slain", "kill*"]})
    assert found(one, "slain slainte killing skill") == [("slain", "kill"), ("killing", "kill")]


def test_a_part_is_met_inside_a_word_and_an_ending_at_its_end():
    one = lexicon({"attack": ["*angriff*"], "sport": ["*liga"]})
    assert found(one, "luftangriffe bundesliga obligat") == [("luftangriffe", "attack"), ("bundesliga", "sport")]


def test_a_phrase_is_met_across_hyphens_and_line_breaks():
    one = lexicon({"truce": ["cease fire*"]})
    assert found(one, "cease-fires, cease\nfire") == [("cease-fires", "truce"), ("cease\nfire", "truce")]


def test_the_second_word_of_a_phrase_may_begin_with_anything():
    one = lexicon({"sport": ["draw 0*", "draw *league"], "wars": ["draw 0-0 in the war"]})
    assert found(one, "draw 00, draw superleague, draw 0-0 in the war, draw 1") == [
        ("draw 00", "sport"),
        ("draw superleague", "sport"),
        ("draw 0-0 in the war", "wars"),
    ]


def test_the_longest_term_wins():
    one = lexicon({"wars": ["war"], "war": ["war in ukraine"]})
    assert found(one, "the war in ukraine is a war") == [("war in ukraine", "war"), ("war", "wars")]


@pytest.mark.parametrize("text", ["price war", "war of words", "the price war of words"])
def test_a_cancelling_phrase_takes_the_hits_that_it_covers(text):
    one = lexicon({"wars": ["war", "words"], "figure": ["price war", "war of words"]})
    left = [hit for hit in found(one, text) if hit[1] != "figure"]
    assert left == ([] if text != "the price war of words" else [("words", "wars")])


def test_a_cancelling_phrase_is_told_so_that_its_words_can_be_silent():
    one = lexicon({"wars": ["war"], "figure": ["price war"]})
    assert found(one, "a price war, then a war") == [("price war", "figure"), ("war", "wars")]


def test_a_term_that_contains_a_cancelling_phrase_stays():
    one = lexicon({"war": ["civil war in the party zone"], "figure": ["civil war in the party"]})
    assert found(one, "civil war in the party zone") == [("civil war in the party zone", "war")]


def test_clitics_are_taken_off_but_never_down_to_a_stump():
    one = lexicon({"forces": ["جيش"], "kill": ["قف"]}, clitics=["و", "ال", "لل"])
    assert found(one, "والجيش للجيش جيش وقف") == [("والجيش", "forces"), ("للجيش", "forces"), ("جيش", "forces")]


def test_without_spaces_a_term_is_met_anywhere():
    one = lexicon({"bombardment": ["空袭"]}, spaced=False, variants=["襲袭"])
    assert found(one, "昨夜空襲不断空袭") == [("空襲", "bombardment"), ("空袭", "bombardment")]


@pytest.mark.parametrize("term", ["", "...", "*", "ki*l", "war*s on"])
def test_a_term_that_cant_be_matched_is_refused_with_its_file(term):
    with pytest.raises(SettingsError, match=r"config/lexicon/xx\.toml"):
        lexicon({"kill": [term]})


def test_an_unknown_group_is_refused():
    with pytest.raises(SettingsError, match="nonsense"):
        lexicon({"nonsense": ["war"]})


@pytest.mark.parametrize("raw", [b"", b"[terms]", b"language = 1", b"\xff", b"language = 'x'\nname = 'x'\nterms = 3"])
def test_a_malformed_file_is_named(raw):
    with pytest.raises(SettingsError, match=r"config/lexicon/xx\.toml"):
        parse_lexicon(raw, GROUPS, name="xx.toml")


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_shipped_language_has_a_term_once_and_all_that_judging_needs(name):
    terms = tomllib.loads(FILES[name].decode())["terms"]
    counts = Counter(fold(term).text for words in terms.values() for term in words)
    assert [term for term, n in counts.items() if n > 1] == []
    assert GROUPS.keys() - terms.keys() <= {"bygone", "politics"}


def test_a_term_is_found_in_either_spelling_and_may_be_written_in_either():
    for term, text in (("炮击", "邊境村莊遭砲擊"), ("砲擊", "边境村庄遭炮击")):
        one = lexicon({"bombardment": [term]}, spaced=False, variants=["砲炮", "擊击"])
        assert found(one, text) == [(text[-2:], "bombardment")]


def test_a_term_with_a_space_is_met_with_and_without_it_where_words_run_together():
    one = lexicon({"bombardment": ["လက်နက်ကြီး ကျ"]}, spaced=False)
    assert found(one, "လက်နက်ကြီး ကျ") == [("လက်နက်ကြီး ကျ", "bombardment")]
    assert found(one, "လက်နက်ကြီးကျ") == [("လက်နက်ကြီးကျ", "bombardment")]
