"""Airflow on this machine alone: loopback only, no log servers, and nothing left behind.

`airflow standalone` leaves its children alive on SIGTERM and serves logs on all addresses; so its four components are
started here, each in a session of its own, and found again by a mark in their environment, however they were orphaned.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from pipeline.errors import ConflictwireError, SettingsError

_MARK = "CONFLICTWIRE_STANDALONE"
_COMPONENTS = (
    ("api-server",),
    ("scheduler", "--skip-serve-logs"),
    ("dag-processor",),
    ("triggerer", "--skip-serve-logs"),
)
_START_WITHIN_S = 180
_STOP_WITHIN_S = 20


def environment(home: Path, dags: Path, *, port: int = 8080, tasks: int = 4) -> dict[str, str]:
    """Return the environment of a quiet Airflow on SQLite below `home` that reads the DAGs of `dags`."""
    home.mkdir(parents=True, exist_ok=True)
    base = f"http://127.0.0.1:{port}"
    binaries = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
        "AIRFLOW_HOME": str(home.resolve()),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags.resolve()),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(tasks),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",  # loopback only
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{base}/execution/",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": base,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(home / "jwt_secret"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "PYTHONWARNINGS": "ignore",
        "SPT_NOENV": "1",  # setproctitle would write its titles over the environment, and our mark in it
    }


def migrate(env: Mapping[str, str]) -> None:
    """Make or migrate the metadata database."""
    _airflow(env, "db", "migrate")


def make_pool(env: Mapping[str, str]) -> None:
    """Make the writer's pool: tasks of a pool that nobody made pass `dags test`, and are never scheduled."""
    _airflow(env, "pools", "set", "warehouse_writer", "1", "the one writer of the warehouse")


def up(home: Path, dags: Path, *, port: int) -> None:
    """Run Airflow until SIGINT or SIGTERM; then stop all of it. Raises SettingsError where one runs already."""
    state = home / "standalone.json"
    if state.exists() and _marked(json.loads(state.read_text(encoding="utf-8"))["mark"]):
        raise SettingsError(f"Airflow runs already from {home}: `conflictwire down --home {home}` stops it")
    if not _is_free(port):
        raise SettingsError(f"port {port} on 127.0.0.1 is taken: name another with --port")
    env = {**environment(home, dags, port=port), _MARK: secrets.token_hex(8)}
    state.write_text(json.dumps({"mark": env[_MARK], "pid": os.getpid()}), encoding="utf-8")
    with _stopping(), _cleanup(state, env[_MARK]):
        migrate(env)
        make_pool(env)
        processes = [_start(env, home, component) for component in _COMPONENTS]
        _await_page(port, processes, home)
        print(
            f"Airflow is at http://127.0.0.1:{port} (logs in {home}/*.log); Ctrl-C or `make down` stops it", flush=True
        )
        while all(process.poll() is None for process in processes):
            time.sleep(1)
        raise ConflictwireError(f"a component of Airflow ended by itself: see {home}/*.log")


def down(home: Path) -> bool:
    """Stop what `up` started from `home`, also what outlived it; return whether there was anything."""
    state = home / "standalone.json"
    if not state.exists():
        return False
    known = json.loads(state.read_text(encoding="utf-8"))
    keeper = _process(known["pid"])
    if keeper and "up" in keeper.cmdline():
        keeper.terminate()
        psutil.wait_procs([keeper], timeout=_STOP_WITHIN_S + 5)
    _stop(known["mark"])
    state.unlink(missing_ok=True)
    return True


def dags_test(env: Mapping[str, str], dag_id: str, conf: Mapping[str, str]) -> None:
    """Run a DAG once, in order, in one process. Raises ConflictwireError with the end of its output when it fails."""
    done = subprocess.run(  # noqa: S603  our own arguments
        [sys.executable, "-m", "airflow", "dags", "test", dag_id, "--conf", json.dumps(dict(conf))],
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or "state=failed" in done.stdout:
        raise ConflictwireError(f"airflow dags test {dag_id} failed:\n{(done.stdout + done.stderr)[-4000:]}")


def _airflow(env: Mapping[str, str], *args: str) -> None:
    done = subprocess.run(  # noqa: S603  our own arguments
        [sys.executable, "-m", "airflow", *args], env=dict(env), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ConflictwireError(f"airflow {' '.join(args)} failed: {(done.stdout + done.stderr)[-2000:]}")


def _start(env: Mapping[str, str], home: Path, component: tuple[str, ...]) -> "subprocess.Popen[bytes]":
    with (home / f"{component[0]}.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603  our own arguments
            [sys.executable, "-m", "airflow", *component],
            env=dict(env),
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def _await_page(port: int, processes: "list[subprocess.Popen[bytes]]", home: Path) -> None:
    deadline = time.monotonic() + _START_WITHIN_S
    while _is_free(port):
        dead = [process.args for process in processes if process.poll() is not None]
        if dead or time.monotonic() > deadline:
            raise ConflictwireError(f"Airflow did not come up: see {home}/*.log")
        time.sleep(0.5)


@contextmanager
def _stopping() -> Iterator[None]:
    """Turn SIGTERM into KeyboardInterrupt, so that Ctrl-C and `down` take the same way out."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        print("stopped", flush=True)
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _cleanup(state: Path, mark: str) -> Iterator[None]:
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave half of it alive
            signal.signal(number, signal.SIG_IGN)
        _stop(mark)
        state.unlink(missing_ok=True)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _stop(mark: str) -> None:
    """End all processes that carry the mark: politely, then not."""
    for finish in (psutil.Process.terminate, psutil.Process.kill):
        alive = _marked(mark)
        for process in alive:
            try:
                finish(process)
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(alive, timeout=_STOP_WITHIN_S)


def _marked(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(_MARK) == mark:
                found.append(process)
        except psutil.Error:
            continue
    return found


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _secret(path: Path) -> str:
    """Return a key that stays the same between starts; only its owner may read it."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(64))
    return path.read_text(encoding="ascii")
