"""What all tests share: where the evaluation data is, and a time that does not move."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# machines are shared: a property is about what holds, not about how fast
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def evaluation() -> Path:
    """The folder of the evaluation data; a `corpus` test is reported as not run where there is none."""
    folder = os.environ.get("CONFLICTWIRE_EVALUATION")
    if not folder:
        pytest.skip("CONFLICTWIRE_EVALUATION names no folder: corpus tests not run")
    path = Path(folder)
    assert path.is_dir(), f"CONFLICTWIRE_EVALUATION={folder} is not a folder"
    return path


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
