"""Feeds become tables: every 15 minutes, what is due.

`plan` deals due feeds into batches (a host is never split), `poll` asks them, `choose` tells new entries from known
ones, `pages` fetches and extracts each batch, `load` is the one writer (pool `warehouse_writer`, one slot): one
transaction, the checks, the snapshot. `judge` fails the run when more than 20 % of its feeds failed for reasons of our
own. Rows travel as Parquet in the run's folder. Every task may be cleared and run again.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, Param, TriggerRule, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowFailException


def stage(name: str, *args: Any, **options: Any) -> Any:
    """Call a stage of `pipeline.ingest` for this DAG run; imported here, so that parsing this file costs nothing."""
    from pipeline import ingest
    from pipeline.config import read_settings
    from pipeline.errors import FINAL
    from pipeline.progress import Lines

    run_id = get_current_context()["run_id"]
    run = ingest.Run(settings=read_settings(), run_id=run_id, clock=lambda: datetime.now(UTC), progress=Lines())
    if name in ("plan", "choose"):
        options["n_batches"] = run.settings.batches
    try:
        return getattr(ingest, name)(run, *args, **options)
    except FINAL as error:
        raise AirflowFailException(str(error)) from error


@task
def plan() -> list[str]:
    """Deal due feeds into batches."""
    return stage("plan", poll_all=get_current_context()["params"]["poll"] == "all")


@task(execution_timeout=timedelta(minutes=30))
def poll(batch: str) -> int:
    """Ask the feeds of a batch and read their answers."""
    return stage("poll", batch)


@task(trigger_rule=TriggerRule.ALL_DONE)
def choose() -> list[str]:
    """Deal the pages of new entries into batches."""
    return stage("choose")


@task(execution_timeout=timedelta(hours=2))
def fetch(batch: str) -> str:
    """Ask for the pages of a batch."""
    stage("fetch", batch)
    return batch


@task(execution_timeout=timedelta(hours=1))
def extract(batch: str) -> int:
    """Make and judge the articles of a batch."""
    return stage("extract", batch)


@task_group
def pages(batch: str) -> None:
    """Take one batch of pages from addresses to articles."""
    extract(fetch(batch))


@task(trigger_rule=TriggerRule.ALL_DONE, pool="warehouse_writer", outlets=[Asset("conflictwire_snapshot")])
def load() -> None:
    """Load the run's shards in one transaction, check, publish."""
    stage("finish")


@task
def judge() -> str:
    """Fail the run when too much of it failed for reasons of our own."""
    return stage("judge_run")


@dag(
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=4),
    default_args={"retries": 2, "retry_delay": timedelta(seconds=30), "execution_timeout": timedelta(minutes=30)},
    params={"poll": Param("due", enum=["due", "all"], description="which feeds to poll")},
    doc_md=__doc__,
    tags=["conflictwire"],
)
def ingest_news() -> None:
    """Wire the stages."""
    chosen = choose()
    poll.expand(batch=plan()) >> chosen
    pages.expand(batch=chosen) >> load() >> judge()


ingest_news()
