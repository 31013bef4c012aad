"""A data folder that asks nobody."""

import pytest

from pipeline.config import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data=tmp_path / "data", min_free_mb=1, extract_workers=1, contact="test@example.org")
