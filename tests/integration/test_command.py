"""The verbs beside `ingest` and `sql`."""

import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

HELP_FOR = (
    "ingest",
    "feeds list",
    "feeds add",
    "feeds import",
    "feeds export",
    "feeds health",
    "feeds discover",
    "sql",
    "assess",
    "doctor",
    "demo",
    "up",
    "down",
    "maintain",
)


@pytest.mark.parametrize("verb", HELP_FOR)
def test_help_teaches_by_example(bench, verb):
    done = bench.run(*verb.split(), "--help")
    assert done.returncode == 0
    assert f"conflictwire {verb}" in done.stdout.split("examples:")[1]


@pytest.fixture
def bench(ingested, tmp_path):
    """A desk over the ingested data with a feeds file of its own."""
    feeds = tmp_path / "mine.toml"
    feeds.write_text("# my feeds\n", encoding="utf-8")
    return replace(ingested, env={**ingested.env, "CONFLICTWIRE_FEEDS": str(feeds)})


def test_a_feed_is_added_once_and_comments_stay(bench):
    add = (
        "feeds",
        "add",
        "https://a.example/rss",
        "--outlet",
        "A",
        "--country",
        "GBR",
        "--language",
        "en",
        "--kind",
        "outlet",
    )
    assert "added" in bench.run(*add).stdout
    assert "already" in bench.run(*add).stdout
    text = Path(bench.env["CONFLICTWIRE_FEEDS"]).read_text(encoding="utf-8")
    assert text.startswith("# my feeds")
    assert text.count("https://a.example/rss") == 1
    assert "a.example" in bench.run("feeds", "list").stdout


def test_feeds_go_out_as_opml_and_come_back(bench, tmp_path):
    bench.run("feeds", "add", "https://a.example/rss", "--outlet", "A & <B>")
    out = tmp_path / "feeds.opml"
    assert bench.run("feeds", "export", "--output", str(out)).returncode == 0
    assert [node.get("xmlUrl") for node in ET.parse(out).iter("outline") if node.get("xmlUrl")] == [
        "https://a.example/rss"
    ]
    other = replace(bench, env={**bench.env, "CONFLICTWIRE_FEEDS": str(tmp_path / "other.toml")})
    assert "1 of 1 feeds added" in other.run("feeds", "import", str(out)).stdout
    assert other.run("feeds", "export").stdout.encode() == out.read_bytes()


def test_health_says_in_words_why_a_feed_does_not_collect(ingested):
    said = ingested.run("feeds", "health").stdout
    assert said.count("collecting") == 11
    assert "(410)" in said


def test_feeds_that_no_run_has_met_are_said_to_be_unverified(bench):
    bench.run("feeds", "add", "https://never.example/rss")
    assert "1 feeds" in bench.run("feeds", "health").stdout


def test_assess_answers_each_line_in_order_with_reasons(ingested):
    items = [
        {
            "id": "a",
            "title": "Shelling kills six soldiers near the border",
            "text": "Two armies exchanged artillery fire.",
        },
        {"id": 2, "title": "Armenia and Azerbaijan draw 1–1 in a battle of nerves", "text": ""},
    ]
    done = ingested.run("assess", stdin="\n".join(map(json.dumps, items)))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", 2]
    assert [answer["label"] for answer in answers] == ["keep", "drop"]
    assert answers[0]["reasons"]
    assert 0 <= answers[1]["score"] < 0.5 < answers[0]["score"] <= 1


def test_doctor_finds_what_is_amiss_and_says_how_to_mend_it(ingested):
    sick = replace(ingested, env={**ingested.env, "CONFLICTWIRE_CONTACT": "", "CONFLICTWIRE_FEEDS": "/nowhere.toml"})
    done = sick.run("doctor")
    assert done.returncode == 1
    said = re.sub(r"[\s│]+", " ", done.stdout)
    assert "export CONFLICTWIRE_CONTACT" in said
    assert "nowhere.toml" in said
    assert "all of sql/checks/ hold" in said


def test_doctor_makes_no_warehouse_where_one_is_missing(ingested, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(ingested.data / "conflictwire.duckdb", data)
    done = replace(ingested, data=data).run("doctor", "--data", str(data))
    assert done.returncode == 1
    assert "beside a snapshot" in re.sub(r"[\s│]+", " ", done.stdout)
    assert not (data / "warehouse.duckdb").exists()


def test_maintain_backs_up_and_forecasts(ingested):
    done = ingested.run("maintain")
    assert done.returncode == 0, done.stderr
    assert "MB free" in done.stdout
    assert len(list((ingested.data / "backups").glob("*.duckdb"))) == 1


def test_the_command_answers_help_without_importing_the_pipeline():
    code = "import sys; import pipeline.__main__ as m\ntry: m.main(['--help'])\nexcept SystemExit: pass\nprint('HEAVY', [n for n in ('duckdb', 'pyarrow', 'aiohttp', 'lxml') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stdout
