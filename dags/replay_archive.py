"""Articles made anew from the stored bytes, by today's code, after an upgrade; nothing is fetched.

    airflow dags trigger replay_archive --conf '{"since": "2026-03-01", "until": "2026-04-01"}'

Without times all articles are made anew. An article keeps its id and addresses; the same code changes nothing.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, Param, dag, get_current_context, task


@task(pool="warehouse_writer", outlets=[Asset("conflictwire_snapshot")], execution_timeout=timedelta(days=2))
def replay() -> str:
    """Make the articles of the window anew, in parts that are loaded one by one."""
    from pipeline.config import read_settings
    from pipeline.progress import Lines
    from pipeline.replay import replay as make_anew

    context = get_current_context()
    since, until = (
        datetime.fromisoformat(context["params"][name] or default).replace(tzinfo=UTC)
        for name, default in (("since", "1990-01-01"), ("until", "9999-01-01"))
    )
    done = make_anew(
        read_settings(),
        run_id=context["run_id"],
        since=since,
        until=until,
        now=datetime.now(UTC),
        progress=Lines(),
    )
    return f"{done.n_articles} made anew, {done.n_changed} changed"


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={
        "since": Param("", type="string", description="fetched (or first seen) from then on, UTC, such as 2026-03-01"),
        "until": Param("", type="string", description="and before then, UTC"),
    },
    doc_md=__doc__,
    tags=["conflictwire"],
)
def replay_archive() -> None:
    """Wire the one task."""
    replay()


replay_archive()
