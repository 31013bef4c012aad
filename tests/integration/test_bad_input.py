"""Bad input and bad luck: one line that says what to do, an exit code, nothing lost, no traceback."""

import json
from dataclasses import replace

import duckdb
import pytest


def refused(done, *words: str) -> None:
    assert done.returncode != 0
    lines = [line for line in done.stderr.strip().splitlines() if " INFO " not in line]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("conflictwire: ")
    for word in words:
        assert word in lines[0]
    assert "Traceback" not in done.stderr + done.stdout


@pytest.fixture
def bare(tmp_path, ingested):
    """A desk whose data folder is empty."""
    return replace(ingested, data=tmp_path / "data", env={**ingested.env, "CONFLICTWIRE_DATA": str(tmp_path / "data")})


def test_an_unreadable_feeds_file(bare, tmp_path):
    refused(bare.run("ingest", "--feeds", str(tmp_path / "none.toml")), "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[[feed]\nurl = 1")
    refused(bare.run("ingest", "--feeds", str(broken)), "broken.toml")


def test_an_opml_that_is_none(bare, tmp_path):
    page = tmp_path / "page.opml"
    page.write_text("<html><body>no outlines here</body></html>")
    refused(bare.run("ingest", "--feeds", str(page)), "page.opml")


def test_no_host_that_can_be_reached(bare):
    done = bare.run("ingest", "--feeds", "http://127.0.0.1:9/feed.xml")
    assert done.returncode == 0 or "blocked" not in done.stderr
    env = {**bare.env, "CONFLICTWIRE_ALLOW_ADDRESSES": "127.0.0.1:9"}
    refused(
        replace(bare, env=env).run("ingest", "--feeds", "http://127.0.0.1:9/feed.xml"), "could be reached", "doctor"
    )


def test_live_runs_need_a_contact(bare):
    env = {**bare.env, "CONFLICTWIRE_CONTACT": "", "CONFLICTWIRE_HOST_DELAY_S": "1"}
    refused(replace(bare, env=env).run("ingest", "--feeds", "https://example.org/feed.xml"), "CONFLICTWIRE_CONTACT")


def test_a_pause_below_a_second_is_for_excepted_hosts_only(bare):
    refused(bare.run("ingest", "--feeds", "https://example.org/feed.xml"), "CONFLICTWIRE_HOST_DELAY_S")


def test_settings_that_make_no_sense_are_named(bare):
    env = {**bare.env, "CONFLICTWIRE_HOST_DELAY_S": "soon"}
    refused(replace(bare, env=env).run("ingest"), "CONFLICTWIRE_HOST_DELAY_S", "soon")


def test_a_full_disk(bare):
    env = {**bare.env, "CONFLICTWIRE_MIN_FREE_MB": "999999999"}
    refused(replace(bare, env=env).run("ingest", "--all"), "MB free", "CONFLICTWIRE_MIN_FREE_MB")
    assert not list(bare.data.glob("*.duckdb*"))


def test_a_warehouse_whose_making_was_cut_is_made_anew(bare):
    bare.data.mkdir(parents=True, exist_ok=True)
    (bare.data / ".warehouse.duckdb.new").write_bytes(b"DUCK")
    done = bare.run("backfill", "list")
    assert done.returncode == 0, done.stderr
    assert (bare.data / "warehouse.duckdb").exists()
    assert not (bare.data / ".warehouse.duckdb.new").exists()


def test_a_data_folder_that_cannot_be_one(bare, tmp_path):
    (tmp_path / "file").write_text("x")
    refused(bare.run("ingest", "--all", "--data", str(tmp_path / "file" / "data")), "CONFLICTWIRE_DATA")


def test_a_data_folder_of_a_newer_release(desk):
    assert desk.run("ingest", "--all").returncode == 0
    for name in ("warehouse.duckdb", "conflictwire.duckdb"):
        with duckdb.connect(str(desk.data / name)) as con:
            con.execute("INSERT INTO schema_migrations SELECT 999, 'x', 'x', now()::TIMESTAMP, '99'")
    refused(desk.run("ingest", "--all"), "newer conflictwire")
    refused(desk.run("sql", "SELECT 1"), "newer conflictwire")


def test_a_database_that_is_none(desk):
    desk.data.mkdir()
    (desk.data / "warehouse.duckdb").write_bytes(b"not a database" * 1000)
    refused(desk.run("ingest", "--all"), "warehouse.duckdb")
    assert (desk.data / "warehouse.duckdb").read_bytes() == b"not a database" * 1000


@pytest.mark.parametrize(
    "statement",
    ["SELEC 1", "SELECT nothing FROM articles", "INSERT INTO articles SELECT * FROM articles", "DROP TABLE articles"],
)
def test_a_wrong_statement(ingested, statement):
    before = ingested.ask("SELECT count(*) FROM articles")
    refused(ingested.run("sql", statement), "SQL: ")
    assert ingested.ask("SELECT count(*) FROM articles") == before


def test_sql_before_the_first_ingest(bare):
    refused(bare.run("sql", "SELECT 1"), "no snapshot", "ingest")


@pytest.mark.parametrize("line", ["not json", "[1]", '{"title": "no id"}'])
def test_lines_that_assess_cannot_read(bare, line):
    refused(bare.run("assess", stdin=f'{{"id": 1, "title": "x"}}\n{line}\n'), "line 2")


def test_debug_shows_the_traceback(bare):
    done = bare.run("sql", "SELECT 1", "--debug")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("format_", ["csv", "json", "table", "parquet"])
def test_every_format_gives_all_rows(ingested, tmp_path, format_):
    out = tmp_path / f"out.{format_}"
    sql = "SELECT title, published_at, reasons, n_copies FROM conflict_articles ORDER BY article_id"
    n = ingested.ask(f"SELECT count(*) FROM ({sql})")[0][0]
    if format_ == "table":
        assert ingested.run("sql", sql).returncode == 0
        return
    assert ingested.run("sql", sql, "--format", format_, "--output", str(out)).returncode == 0
    if format_ == "json":
        assert len(json.loads(out.read_text(encoding="utf-8"))) == n
    else:
        assert duckdb.sql(f"SELECT count(*) FROM '{out}'").fetchone() == (n,)


def test_hostile_titles_are_inert_in_every_output(ingested):
    sql = "SELECT '=HYPERLINK(1)' AS a, chr(27) || '[31mred' AS b, '[bold]x[/bold]' AS c"
    table = ingested.run("sql", sql).stdout
    assert "\x1b" not in table
    assert "[bold]x[/bold]" in table
    assert ingested.run("sql", sql, "--format", "csv").stdout.splitlines()[1].startswith("'=")


def test_a_backfill_that_can_not_be_is_said_before_anything_is_kept(bare, tmp_path):
    (tmp_path / "x.warc.gz").write_bytes(b"no archive at all")
    (tmp_path / "list.csv").write_text("name,text\na,b\n")
    (tmp_path / "good.csv").write_text("url\nhttps://paper.example/a\n")
    given = [str(tmp_path / name) for name in ("x.warc.gz", "list.csv", "good.csv")]
    refused(bare.run("backfill", "plan", "warc", given[0]), "x.warc.gz", "no WARC file")
    refused(bare.run("backfill", "plan", "warc", str(tmp_path / "none")), "no such file")
    refused(bare.run("backfill", "plan", "url_list", given[1]), "list.csv", "url", "name, text")
    refused(bare.run("backfill", "plan", "url_list", given[2], "--to", "2999-01-01"), "in the future")
    window = ("--from", "2023-02-01", "--to", "2023-01-01")
    refused(bare.run("backfill", "plan", "url_list", given[2], *window), "before it begins")
    refused(bare.run("backfill", "plan", "telepathy", given[2]), "telepathy", "url_list")
    refused(bare.run("backfill", "plan", "warc"), "nothing to plan")
    refused(bare.run("backfill", "run", "warc-00000000"), "no backfill is called", "list")
    refused(bare.run("backfill", "status", "warc-00000000"), "no backfill is called")
    assert "No backfill is planned" in bare.run("backfill", "list").stdout
    full = replace(bare, env={**bare.env, "CONFLICTWIRE_MIN_FREE_MB": "1000000000"})
    refused(full.run("backfill", "plan", "url_list", given[2]), "free")
    assert "No backfill is planned" in bare.run("backfill", "list").stdout
