"""The DAG files: wiring only, and nothing happens when they are parsed."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

DAGS = Path(__file__).parents[2] / "dags"
FILES = sorted(DAGS.glob("*.py"))

PARSE = """
import sys, time
started = time.process_time()
before = set(sys.modules)
from airflow.sdk import DAG
airflow_s = time.process_time() - started
opened = []
sys.addaudithook(lambda name, args: opened.append(args[0]) if name in ("open", "socket.connect") else None)
import importlib.util
started = time.process_time()
for path in sys.argv[1:]:
    spec = importlib.util.spec_from_file_location("a_dag", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
code = (".py", ".pyc", ".so")
ours = [name for name in opened if isinstance(name, str) and not name.endswith(code) and name != "/dev/null"]
print(time.process_time() - started, [m for m in sys.modules if m == "pipeline" or m.startswith("pipeline.")], ours, sep="|")
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_dag_file_is_at_most_100_lines_and_explains_itself(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_dag_file_imports_airflow_sdk_alone_and_the_pipeline_only_inside_tasks(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [node.module if isinstance(node, ast.ImportFrom) else alias.name for node in top for alias in node.names]
    assert {".".join(name.split(".")[:2]) for name in names if name.startswith("airflow")} == {"airflow.sdk"}
    assert not [name for name in names if name.startswith("pipeline")]


def test_parsing_imports_no_pipeline_and_touches_no_file_or_socket(airflow_env):
    done = subprocess.run(
        [sys.executable, "-c", PARSE, *map(str, FILES)], env=airflow_env, capture_output=True, text=True, check=True
    )
    seconds, pipeline, opened = done.stdout.strip().splitlines()[-1].split("|")
    assert float(seconds) < 2
    assert pipeline == "[]"
    assert opened == "[]"


def test_airflow_finds_the_dags_it_should_and_no_error(airflow_env):
    code = (
        "from airflow.dag_processing.dagbag import DagBag; import sys\n"
        "bag = DagBag(sys.argv[1])\n"
        "print(sorted(bag.dags), bag.import_errors, [d.catchup for d in bag.dags.values()],"
        " sorted({t.pool for d in bag.dags.values() for t in d.tasks}), sep='|')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(DAGS)], env=airflow_env, capture_output=True, text=True, check=True
    )
    dags, errors, catchups, pools = done.stdout.strip().splitlines()[-1].split("|")
    assert dags == "['backfill_news', 'ingest_news', 'maintain_warehouse', 'replay_archive']"
    assert errors == "{}"
    assert catchups == "[False, False, False, False]"
    assert pools == "['default_pool', 'warehouse_writer']"


def test_every_pool_that_a_dag_names_is_created_where_airflow_is_set_up():
    pools = {name for path in FILES for name in re.findall(r'pool="(\w+)"', path.read_text(encoding="utf-8"))}
    root = DAGS.parent
    for place in (root / "pipeline" / "standalone.py", root / "docker-compose.yml"):
        text = place.read_text(encoding="utf-8")
        assert all(pool in text for pool in pools), f"{place.name} doesn't create all of {pools}"
    assert pools
