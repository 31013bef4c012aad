"""Upkeep, once a day: the checks, a checkpoint, a backup, WARC retention by setting, a disk forecast.

It fails when a promise of `sql/checks/` is broken or the disk will be full within a week.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task


@task(pool="warehouse_writer", execution_timeout=timedelta(hours=1))
def maintain() -> str:
    """Look after the data folder; return the forecast in words."""
    from pipeline.config import read_settings
    from pipeline.maintain import maintain as look_after

    return look_after(read_settings(), now=datetime.now(UTC)).forecast


@dag(
    schedule="17 3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=5)},
    doc_md=__doc__,
    tags=["conflictwire"],
)
def maintain_warehouse() -> None:
    """Wire the one task."""
    maintain()


maintain_warehouse()
