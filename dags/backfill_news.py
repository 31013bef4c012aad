r"""The past, day by day: works a planned backfill (`conflictwire backfill plan …` prints its id).

    airflow backfill create --dag-id backfill_news --from-date 2023-04-01 --to-date 2023-04-30 \
        --dag-run-conf '{"backfill_id": "snapshot-1a2b3c4d"}' [--run-backwards] [--max-active-runs 4]
    airflow dags trigger backfill_news --conf '{"backfill_id": "warc-1a2b3c4d", "day": "2023-04-10"}'

A run is one day of the past: its partition key, or the parameter `day`; without either, all that is open. What belongs
to no single day is worked by the window's first day. The scheduler's own runs name no backfill and skip. `units` deals
what is open into batches, `work` takes each on until it is done or a budget is spent; every step is loaded by itself,
under the lock that all writers take. Every task may be cleared and run again: it goes on where it was.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, CronPartitionTimetable, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException


def asked() -> tuple[str, Any]:
    """Return the backfill and the day that this run is for; skip where it names none."""
    context = get_current_context()
    run, params = context["dag_run"], context["params"]
    if not params["backfill_id"]:
        raise AirflowSkipException("no backfill is named: give {'backfill_id': …} as the run's conf")
    key = run.partition_key or params["day"]
    return params["backfill_id"], datetime.fromisoformat(key).date() if key else None


@task
def units() -> list[list[str]]:
    """Deal what is open of the day into batches."""
    backfill_id, day = asked()
    from pipeline.backfill.run import dealt
    from pipeline.config import read_settings
    from pipeline.errors import FINAL

    settings = read_settings()
    try:
        return dealt(settings, backfill_id, day=day, n_batches=settings.batches)
    except FINAL as error:
        raise AirflowFailException(str(error)) from error


@task(execution_timeout=timedelta(hours=12), outlets=[Asset("conflictwire_snapshot")])
def work(batch: list[str]) -> str:
    """Work the units of a batch, and those that they lead to."""
    backfill_id, _ = asked()
    from pipeline.backfill.run import work as go_on
    from pipeline.config import read_settings
    from pipeline.errors import FINAL
    from pipeline.progress import Lines

    try:
        done = go_on(read_settings(), backfill_id, clock=lambda: datetime.now(UTC), progress=Lines(), units=batch)
    except FINAL as error:
        raise AirflowFailException(str(error)) from error
    return done.why_stopped or f"{done.outcomes.total()} items"


@dag(
    schedule=CronPartitionTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(1990, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=4,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1), "execution_timeout": timedelta(minutes=30)},
    params={
        "backfill_id": Param("", type="string", description="a planned backfill, see `conflictwire backfill list`"),
        "day": Param("", type="string", description="the day of the past, such as 2023-04-10; empty: all that is open"),
    },
    doc_md=__doc__,
    tags=["conflictwire"],
)
def backfill_news() -> None:
    """Wire the two."""
    work.expand(batch=units())


backfill_news()
