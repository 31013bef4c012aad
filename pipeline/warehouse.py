"""The only importer of duckdb: connect, migrate, publish.

One process at a time holds `writer.lock`; the kernel frees it when its holder dies. Analysts never open the warehouse:
they read the published snapshot, which is replaced whole.
"""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pyarrow as pa

from pipeline import __version__
from pipeline.config import Settings
from pipeline.errors import DiskFullError, InputError, NewerStoreError, StoreError
from pipeline.resources import data_path

Connection = duckdb.DuckDBPyConnection

_FICLONE = 0x40049409  # linux/fs.h: share the blocks instead of copying them, where the file system can
_PUBLISH_EVERY_S = 3600
_LOCK_WAIT_S = 1800.0


@contextmanager
def writer_lock(settings: Settings, *, wait_s: float = _LOCK_WAIT_S) -> Iterator[None]:
    """Hold the right to open the warehouse. Raises StoreError after `wait_s` seconds of waiting."""
    with _data_folder(settings).joinpath("writer.lock").open("a") as file:
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise StoreError(
                        f"another process has been writing to {settings.data} for {wait_s:.0f} s; "
                        f"see who holds {file.name} (fuser {file.name})"
                    ) from None
                time.sleep(0.05)
        yield


@contextmanager
def writing(settings: Settings) -> Iterator[Connection]:
    """Give the warehouse read-write and migrated, checkpointed and closed afterwards; call it inside `writer_lock`."""
    require_space(settings)
    _refuse_newer_snapshot(settings)
    con = _open(_made(settings), read_only=False)
    try:
        migrate(con, settings.warehouse, backup_to=settings.data / "backups")
        yield con
        con.execute("CHECKPOINT")
    except duckdb.Error as error:
        raise StoreError(f"writing {settings.warehouse} failed, nothing is half-loaded: {one_line(error)}") from error
    finally:
        with suppress(duckdb.Error):
            con.close()


@contextmanager
def reading(settings: Settings) -> Iterator[Connection]:
    """Give what is known so far: the warehouse, for a moment, inside `writer_lock`; made if there is none."""
    with writer_lock(settings):
        _refuse_newer_snapshot(settings)
        # read-write, as a WAL left by a kill can only be replayed by a writer
        con = _open(_made(settings), read_only=False)
        try:
            migrate(con, settings.warehouse, backup_to=settings.data / "backups")
            yield con
        finally:
            con.close()


def open_snapshot(settings: Settings) -> Connection:
    """Open the published snapshot read-only. Raises StoreError where there is none or it can't be read."""
    if not settings.snapshot.exists():
        raise StoreError(f"no snapshot at {settings.snapshot} yet: run `conflictwire ingest` first, or name --data DIR")
    con = _open(settings.snapshot, read_only=True)
    _refuse_newer(con, settings.snapshot)
    return con


def statement(*parts: str) -> str:
    """Return the text of a file below sql/."""
    return data_path("sql", *parts).read_text(encoding="utf-8")


def migrate(con: Connection, path: Path, *, backup_to: Path) -> None:
    """Bring schema, macros and views to this release's; each migration is a transaction.

    The file at `path` is copied into the folder `backup_to` before a migration changes it. Raises NewerStoreError.
    """
    _refuse_newer(con, path)
    applied, known = _applied(con), _migrations()
    pending = [number for number in sorted(known) if number not in applied]
    if pending and applied:
        con.execute("CHECKPOINT")
        backup_to.mkdir(parents=True, exist_ok=True)
        copy_file(path, backup_to / f"before-schema-{pending[0]:04}.duckdb")
    for number in pending:
        file = known[number]
        with transaction(con):
            con.execute(file.read_text(encoding="utf-8"))
            _record_migration(con, number, file.name, _sha(file))
    _refresh_views(con)


@contextmanager
def transaction(con: Connection) -> Iterator[None]:
    """Run the block in one transaction. After any error: ROLLBACK, and the connection should be given up."""
    con.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):
            con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def publish(settings: Settings, *, changed: bool, now: datetime) -> bool:
    """Replace the snapshot with the warehouse as it is, at once; return whether it was done.

    Call it inside `writer_lock` with the warehouse closed. A large snapshot is replaced only when content `changed` or
    the last one is an hour old: copying is the one cost that grows with the file.
    """
    size_mb = settings.warehouse.stat().st_size / 1e6
    age = now.timestamp() - settings.snapshot.stat().st_mtime if settings.snapshot.exists() else _PUBLISH_EVERY_S
    if not changed and size_mb > settings.publish_always_below_mb and age < _PUBLISH_EVERY_S:
        return False
    require_space(settings, extra_bytes=settings.warehouse.stat().st_size)
    scratch = settings.snapshot.with_name(".conflictwire.duckdb.new")
    copy_file(settings.warehouse, scratch)
    # a reader who opened the old file read-write may have left a WAL, which must not be replayed into the new one
    settings.snapshot.with_name("conflictwire.duckdb.wal").unlink(missing_ok=True)
    scratch.replace(settings.snapshot)
    return True


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, sharing its blocks where the file system can; on disk when this returns."""
    with source.open("rb") as origin, target.open("wb") as copy:
        try:
            fcntl.ioctl(copy, _FICLONE, origin.fileno())
        except OSError:
            shutil.copyfileobj(origin, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())


def require_space(settings: Settings, *, extra_bytes: int = 0) -> None:
    """Raise DiskFullError when the data folder's disk has less free than the setting, plus `extra_bytes`."""
    free = shutil.disk_usage(_data_folder(settings)).free
    wanted = settings.min_free_mb * 1_000_000 + extra_bytes
    if free < wanted:
        raise DiskFullError(
            f"{free / 1e6:,.0f} MB free below {settings.data}, {wanted / 1e6:,.0f} MB needed: free some space, "
            "move the folder, or lower CONFLICTWIRE_MIN_FREE_MB; nothing was lost"
        )


def set_variables(con: Connection, values: Mapping[str, Any]) -> None:
    """Set what the files below sql/ read with getvariable()."""
    for name, value in values.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])


def hand_over(con: Connection, name: str, rows: pa.Table) -> None:
    """Give the connection Arrow rows as the temporary table `name`.

    A scan of Arrow itself refuses some filters that DuckDB 1.5 pushes down into it (BLOOM_FILTER), a copy doesn't.
    """
    con.register(f"{name}_arrow", rows)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_arrow")  # noqa: S608  names of ours
    con.unregister(f"{name}_arrow")


def query(con: Connection, sql: str, parameters: Sequence[Any] | None = None) -> Any:
    """Run one statement of a person's and return the relation's Arrow reader. Raises InputError in one line."""
    try:
        return con.execute(sql, parameters).to_arrow_reader()
    except duckdb.Error as error:
        raise InputError(f"SQL: {one_line(error)}") from None


def one_line(error: Exception) -> str:
    """Return an error's text in one line, without the pointer art."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" ^~")]
    return re.sub(r"\s+", " ", " · ".join(lines))[:500] or type(error).__name__


def _made(settings: Settings) -> Path:
    """Return the warehouse's path; a missing one is made aside, so that a kill or a full disk leaves no stump."""
    if settings.warehouse.exists():
        return settings.warehouse
    require_space(settings)
    scratch = settings.warehouse.with_name(f".{settings.warehouse.name}.new")
    for stump in (scratch, scratch.with_name(f"{scratch.name}.wal")):
        stump.unlink(missing_ok=True)
    con = _open(scratch, read_only=False)
    try:
        migrate(con, scratch, backup_to=settings.data / "backups")
        con.execute("CHECKPOINT")
    except duckdb.Error as error:
        raise StoreError(f"making {settings.warehouse} failed: {one_line(error)}") from error
    finally:
        con.close()
    scratch.replace(settings.warehouse)
    return settings.warehouse


def _open(path: Path, *, read_only: bool) -> Connection:
    memory = min(psutil.virtual_memory().total, _cgroup_limit()) // 4
    config: dict[str, Any] = {
        "autoinstall_known_extensions": False,  # the extension server is the network
        "autoload_known_extensions": False,
        "memory_limit": f"{max(memory, 256 << 20) >> 20}MiB",
        "threads": os.cpu_count() or 1,
    }
    try:
        return duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.Error as error:
        text = one_line(error)
        if "newer" in text.lower() or "version" in text.lower():
            raise NewerStoreError(
                f"{path} was written by a newer DuckDB: install a newer conflictwire ({text})"
            ) from None
        raise StoreError(f"can't open {path}: {text}") from None


def _cgroup_limit() -> int:
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            return int(Path(name).read_text(encoding="ascii"))
    return 1 << 62


def _data_folder(settings: Settings) -> Path:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        if not os.access(settings.data, os.W_OK):
            raise PermissionError("no right to write there")
    except OSError as error:
        raise StoreError(
            f"data folder {settings.data} can't be used ({error.strerror or error}): set CONFLICTWIRE_DATA or --data"
        ) from None
    return settings.data


def _migrations() -> dict[int, Path]:
    return {int(path.name[:4]): path for path in data_path("sql", "migrations").glob("[0-9]*.sql")}


def _applied(con: Connection) -> set[int]:
    found = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_migrations'").fetchone()
    if not found or not found[0]:
        return set()
    return {row[0] for row in con.execute("SELECT version FROM schema_migrations WHERE version > 0").fetchall()}


def _record_migration(con: Connection, version: int, name: str, sha: str) -> None:
    con.execute(
        "INSERT INTO schema_migrations VALUES (?, ?, ?, ?, ?)",
        [version, name, sha, datetime.now(UTC).replace(tzinfo=None), __version__],
    )


def _refresh_views(con: Connection) -> None:
    """Make macros and views anew when their text changed; they hold no data, so they need no numbers."""
    paths = [path for folder in ("macros", "views") for path in sorted(data_path("sql").glob(f"{folder}/*.sql"))]
    sha = sha256("".join(_sha(path) for path in paths).encode()).hexdigest()
    row = con.execute("SELECT sha256 FROM schema_migrations WHERE version = 0").fetchone()
    if row and row[0] == sha:
        return
    with transaction(con):
        for path in paths:
            con.execute(path.read_text(encoding="utf-8"))
        con.execute("DELETE FROM schema_migrations WHERE version = 0")
        _record_migration(con, 0, "macros and views", sha)


def _refuse_newer(con: Connection, path: Path) -> None:
    applied = _applied(con)
    if applied and max(applied) > max(_migrations()):
        raise NewerStoreError(
            f"{path} has schema {max(applied)}, this release knows {max(_migrations())}: install a newer conflictwire"
        )


def _refuse_newer_snapshot(settings: Settings) -> None:
    if settings.snapshot.exists():
        open_snapshot(settings).close()


def _sha(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
