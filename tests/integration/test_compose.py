"""docker-compose.yml is a valid Compose file, and a safe one; Dockerfile and .env.example go with it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from pipeline import __version__

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
FILE = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
ENV_EXAMPLE = (ROOT / ".env.example").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()

AIRFLOW = {"init", "api-server", "scheduler", "dag-processor", "triggerer", "worker"}
ONE_SHOT = {"init"}
# ${NAME}, ${NAME:-default}, ${NAME:?message} or a bare NAME: handed on
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
SECRET = re.compile(r"PASSWORD|SECRET|KEY")
KNOWN_SECRETS = {
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "AIRFLOW_FERNET_KEY",
    "AIRFLOW_JWT_SECRET",
    "AIRFLOW_SECRET_KEY",
    "AIRFLOW_ADMIN_PASSWORD",
}

each_service = pytest.mark.parametrize("name", sorted(SERVICES))
each_airflow = pytest.mark.parametrize("name", sorted(AIRFLOW))


def settings(name: str) -> Iterator[tuple[str, str]]:
    for key, value in SERVICES[name].get("environment", {}).items():
        yield key, str(value)


def handed_on() -> set[str]:
    return {key for name in SERVICES for key, value in settings(name) if value == "None"}


def test_the_file_keeps_to_the_compose_specification():
    schema = get_builtin_schema("vendor.compose-spec")
    jsonschema.validate(FILE, schema)
    with pytest.raises(jsonschema.ValidationError):  # the schema does look into services
        jsonschema.validate(FILE | {"services": {"worker": {"imagee": "x:1"}}}, schema)


def test_all_parts_of_airflow_are_there():
    assert set(SERVICES) == AIRFLOW | {"postgres", "redis"}


@each_service
def test_a_service_waits_only_for_what_can_be_waited_for(name):
    for target, how in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if target in ONE_SHOT else "service_healthy"
        assert how["condition"] == expected
        assert target in ONE_SHOT or "healthcheck" in SERVICES[target]


@pytest.mark.parametrize("name", sorted(AIRFLOW - ONE_SHOT))
def test_nothing_of_airflow_starts_before_the_database_is_migrated(name):
    waits_for = set(SERVICES[name]["depends_on"])
    behind = {other for target in waits_for for other in SERVICES[target].get("depends_on", {})}
    assert "init" in waits_for | behind


@each_service
def test_a_service_is_watched_and_comes_back_or_runs_once(name):
    service = SERVICES[name]
    if name in ONE_SHOT:
        assert service["restart"] == "no"
        return
    assert service["restart"] == "unless-stopped"
    assert set(service["healthcheck"]) == {"test", "interval", "timeout", "retries", "start_period"}
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@each_service
def test_images_are_pinned_by_tag(name):
    image, _, tag = SERVICES[name]["image"].partition(":")
    assert image
    assert re.match(r"\d", tag), f"{image} has no version in its tag {tag!r}"


@each_airflow
def test_our_image_carries_our_version(name):
    assert SERVICES[name]["image"] == f"conflictwire:{__version__}"
    assert SERVICES[name]["build"] == "."


@each_service
def test_no_service_has_power_over_the_machine(name):
    service = SERVICES[name]
    forbidden = {"privileged", "cap_add", "devices", "pid", "ipc", "userns_mode", "network_mode"}
    assert not forbidden & service.keys()
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert name not in AIRFLOW or service["cap_drop"] == ["ALL"]
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))


def test_only_the_web_pages_are_published_and_only_on_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(published) == ["api-server"]
    assert all(port.startswith("127.0.0.1:") for port in published["api-server"])


def test_every_volume_and_network_is_declared_and_used():
    sources = [VARIABLE.sub(r"\3", v).partition(":")[0] for s in SERVICES.values() for v in s.get("volumes", [])]
    assert {source for source in sources if not source.startswith(".")} == set(FILE["volumes"])
    assert {network for s in SERVICES.values() for network in s["networks"]} == set(FILE["networks"])


def test_databases_are_out_of_reach_of_the_internet():
    for name in ("postgres", "redis"):
        assert all(FILE["networks"][network]["internal"] for network in SERVICES[name]["networks"])


def test_the_worker_which_parses_strangers_pages_holds_no_key_to_the_rest():
    held = {found[1] for _, value in settings("worker") for found in VARIABLE.finditer(value)}
    assert held & KNOWN_SECRETS == {"REDIS_PASSWORD"}
    assert not set(SERVICES["worker"]["networks"]) & set(SERVICES["postgres"]["networks"])


def test_only_the_worker_has_the_data():
    assert [
        name for name, s in SERVICES.items() if any(":/data" in v and "CONFLICTWIRE" in v for v in s.get("volumes", []))
    ] == ["worker"]
    worker = " ".join(SERVICES["worker"]["volumes"])
    assert "/opt/conflictwire/config:ro" in worker


def test_every_secret_must_be_given_and_says_so():
    found = list(VARIABLE.finditer(TEXT))
    secrets = {match[1] for match in found if SECRET.search(match[1])}
    assert secrets == KNOWN_SECRETS
    for match in found:
        if match[1] in secrets:
            assert match[2] == "?", f"{match[1]} has no :?"
            assert match[1] in match[3], f"{match[1]} does not say what to set"


@each_service
def test_no_secret_is_written_down(name):
    for key, value in settings(name):
        if SECRET.search(key) or (key.endswith(("_CONN", "_URL", "_BACKEND")) and "@" in value):
            assert ":?" in value, f"{name}: {key} does not come from the environment"


def test_each_variable_is_documented_and_each_documented_one_is_used():
    used = {match[1] for match in VARIABLE.finditer(TEXT)} | handed_on()
    documented = dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", ENV_EXAMPLE, re.MULTILINE))
    assert used == documented.keys()
    required = {match[1] for match in VARIABLE.finditer(TEXT) if match[2] == "?"}
    assert required == set(re.findall(r"^([A-Z][A-Z0-9_]+)=$", ENV_EXAMPLE, re.MULTILINE))  # empty: nothing to forget


def test_defaults_are_documented_as_they_are():
    for match in VARIABLE.finditer(TEXT):
        if match[2] == "-":
            assert f"\n#{match[1]}={match[3]}\n" in ENV_EXAMPLE


def test_init_migrates_and_makes_the_pool_of_one_slot():
    script = SERVICES["init"]["command"][-1].splitlines()
    assert script[0] == "airflow db migrate"
    assert script[1].startswith("airflow pools set warehouse_writer 1 ")
    assert "-euc" in SERVICES["init"]["command"]  # a step that fails fails the job


def test_the_image_is_built_from_the_lock_and_does_not_run_as_root():
    assert "pip install -r /src/constraints.txt" in DOCKERFILE
    assert "pip install --no-deps --no-build-isolation /src" in DOCKERFILE
    assert len(re.findall(r"^RUN .*pip install", DOCKERFILE, re.MULTILINE)) == 2
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.fullmatch(r"python:\d+\.\d+-\S+", base) for base in bases)
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)[-1] == "10001"


def test_what_the_image_copies_is_all_that_the_builder_is_given():
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = {name for line in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()}
    assert copied == allowed
    assert "\n*\n" in (ROOT / ".dockerignore").read_text()


@pytest.mark.airflow
def test_airflow_knows_every_command_that_is_used(tmp_path):
    lines = [" ".join(SERVICES[name]["command"]) for name in sorted(AIRFLOW - ONE_SHOT)]
    lines += [
        " ".join(s["healthcheck"]["test"][1:])
        for s in SERVICES.values()
        if "airflow" in s.get("healthcheck", {}).get("test", [])
    ]
    lines += SERVICES["init"]["command"][-1].replace("\\\n", "").strip().splitlines()
    program = (
        "import shlex, sys\n"
        "from airflow.cli.cli_parser import get_parser\n"
        "for line in sys.argv[1:]: print(get_parser().parse_args(shlex.split(line)[1:]).subcommand)\n"
    )
    auth_manager = dict(settings("init"))["AIRFLOW__CORE__AUTH_MANAGER"]
    environment = {"AIRFLOW__CORE__AUTH_MANAGER": auth_manager, "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *lines],
        env=environment | {"AIRFLOW_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert len(ran.stdout.split()) >= len(lines)
