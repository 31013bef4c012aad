"""Settings, read once from the environment (`CONFLICTWIRE_*`), and where things lie in the data folder."""

import os
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pipeline import __version__
from pipeline.errors import SettingsError
from pipeline.types import Label


class Settings(BaseSettings):
    """All that a person may set. Times in seconds, sizes in bytes unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="CONFLICTWIRE_", frozen=True, extra="ignore")

    data: Path = Field(default=Path("data"), description="folder of the warehouse, the snapshot and the WARC files")
    feeds: Path = Field(default=Path("config/feeds.toml"), description="the feeds file")
    sites: Path | None = Field(default=None, description="a sites file instead of the bundled config/sites.toml")
    contact: str = Field(default="", description="web or mail address in our User-Agent; live runs need one")
    allow_addresses: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(), description="exact host:port exceptions to the public-addresses-only rule, comma-separated"
    )
    host_delay_s: float = Field(default=1.0, ge=0, description="pause between requests to one host:port")
    profile: str = Field(default="conflict", description="relevance profile, a name in config/profiles/ or a path")
    rechecks: Annotated[tuple[timedelta, ...], NoDecode] = Field(
        default=tuple(timedelta(hours=hours) for hours in (1, 6, 24, 168)),
        description="ages at which conflict articles are looked at again, such as 1h,6h,24h,7d; empty switches it off",
    )
    recheck_labels: Annotated[frozenset[Label], NoDecode] = Field(
        default=frozenset({"keep"}), description="labels of the articles that are looked at again: keep, or keep,review"
    )
    rechecks_per_run: int = Field(default=200, ge=0, description="pages looked at again in one run, at most")
    extract_workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, description="extraction processes")
    batches: int = Field(default=8, ge=1, le=64, description="mapped batches a step in Airflow")
    publish_always_below_mb: int = Field(
        default=256,
        ge=0,
        description="snapshots smaller than this are published at every load, larger ones hourly or on new content",
    )
    warc_keep_days: int = Field(default=0, ge=0, description="delete WARC files older than this; 0 keeps all")
    wayback: str = Field(
        default="https://web.archive.org", description="where the Wayback Machine's index and captures lie"
    )
    gdelt: str = Field(
        default="http://data.gdeltproject.org/gdeltv2", description="where GDELT's files of each quarter of an hour lie"
    )
    backups_keep: int = Field(default=7, ge=1, description="daily backups kept")
    min_free_mb: int = Field(default=512, ge=0, description="free space below which nothing is fetched or loaded")

    @field_validator("allow_addresses", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        entries = frozenset(part.strip().lower() for part in value.split(",") if part.strip())
        for entry in entries:
            if not entry.rpartition(":")[2].isdigit() or not entry.rpartition(":")[0]:
                raise ValueError(f"{entry!r} is not host:port")
        return entries

    @field_validator("rechecks", mode="before")
    @classmethod
    def _ages(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ages = set()
        for part in filter(None, (part.strip().lower() for part in value.split(","))):
            if not re.fullmatch(r"[1-9][0-9]{0,3}[mhd]", part):
                raise ValueError(f"{part!r} is no age such as 30m, 6h or 7d")
            ages.add(timedelta(**{{"m": "minutes", "h": "hours", "d": "days"}[part[-1]]: int(part[:-1])}))
        return tuple(sorted(ages))

    @field_validator("recheck_labels", mode="before")
    @classmethod
    def _labels(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(part.strip().lower() for part in value.split(",") if part.strip())

    @cached_property
    def snapshot(self) -> Path:
        """The published database, for readers."""
        return self.data / "conflictwire.duckdb"

    @cached_property
    def warehouse(self) -> Path:
        """The writer's own database; nobody else opens it."""
        return self.data / "warehouse.duckdb"

    @cached_property
    def warc(self) -> Path:
        """The folder that every `raw_ref` is relative to."""
        return self.data / "warc"

    def require_manners(self, hosts: Iterable[str]) -> None:
        """Raise SettingsError unless these hosts (`host:port`) may be asked with these settings."""
        live = sorted(host for host in hosts if host not in self.allow_addresses)
        if live and not self.contact.strip():
            raise SettingsError(
                f"{live[0]} is a live host: export CONFLICTWIRE_CONTACT=you@example.org first, for our User-Agent"
            )
        if live and self.host_delay_s < 1:
            raise SettingsError(
                f"CONFLICTWIRE_HOST_DELAY_S={self.host_delay_s:g} is too fast for the live host {live[0]}: set it to 1 "
                "or more; less is for hosts of CONFLICTWIRE_ALLOW_ADDRESSES"
            )

    @cached_property
    def user_agent(self) -> str:
        """Who we say we are: product, version, contact."""
        return f"conflictwire/{__version__} (+{self.contact or 'no contact given'})"


def read_settings(**overrides: Any) -> Settings:
    """Read the environment; `overrides` that are not None win. Raises SettingsError naming each wrong setting."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(
            f"CONFLICTWIRE_{'.'.join(str(p) for p in item['loc']).upper()}={item['input']!r}: {item['msg']}"
            for item in error.errors()
        )
        raise SettingsError(f"setting not usable: {wrong}") from None
