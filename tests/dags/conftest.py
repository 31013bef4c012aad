"""An Airflow home of its own for tests that need Airflow."""

from pathlib import Path

import pytest

from pipeline import standalone


@pytest.fixture(scope="session")
def airflow_env(tmp_path_factory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("airflow")
    return standalone.environment(home, Path(__file__).parents[2] / "dags")
