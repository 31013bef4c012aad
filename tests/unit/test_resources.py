from pathlib import Path

import pytest

from pipeline import resources
from pipeline.resources import data_path


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    package = tmp_path / "site-packages" / "pipeline"
    package.mkdir(parents=True)
    monkeypatch.setattr(resources, "_ROOTS", (package / "_data", package.parent))
    return package


def test_a_checkout_has_its_lexicon_and_its_statements():
    assert data_path("config", "lexicon").is_dir()
    assert data_path("sql", "migrations").is_dir()


def test_the_wheel_finds_its_own_copy(package):
    inside = package / "_data" / "config" / "lexicon"
    inside.mkdir(parents=True)
    assert data_path("config", "lexicon") == inside


def test_the_wheels_copy_wins_over_a_stranger_beside_the_package(package):
    (package.parent / "sql").mkdir()
    inside = package / "_data" / "sql"
    inside.mkdir(parents=True)
    assert data_path("sql") == inside


def test_a_missing_file_is_named(package):
    with pytest.raises(FileNotFoundError, match=r"config/lexicon is in none of .*site-packages"):
        data_path("config", "lexicon")
