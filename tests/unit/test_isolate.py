"""Whatever an item does to its child, it costs that item and nothing else."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from importlib import import_module
from pathlib import Path

import psutil
import pytest

from pipeline.isolate import Failure, Pool, end_kept

FOLDER = Path(__file__).parent / "isolate"


@pytest.fixture
def tasks(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return import_module("isolated_tasks")


@pytest.fixture
def run(tasks):
    """Map `do` over items and return what became of each, by its place."""

    def run_items(items, *, n_workers=2, timeout_s=20.0, cpu_s=10.0, **options):
        found = {}
        with Pool(n_workers, task=tasks.do, timeout_s=timeout_s, cpu_s=cpu_s, **options) as pool:
            for (place, *_), result in pool.map((place, *item) for place, item in enumerate(items)):
                assert place not in found
                found[place] = result
        return [found[place] for place, _ in enumerate(items)]

    return run_items


def test_every_item_comes_back_once_with_its_result(run):
    assert run([("echo", number) for number in range(1_000)]) == list(range(1_000))


def test_no_items_are_no_trouble(run):
    assert run([]) == []


def test_large_items_and_results_pass(run):
    items = [("echo", bytes([number]) * 5_000_000) for number in range(6)]
    assert run(items) == [data for _, data in items]


@pytest.mark.parametrize(
    ("poison", "reason", "detail"),
    [
        (("kill", signal.SIGKILL), "crash", "ended by SIGKILL"),
        (("kill", signal.SIGABRT), "crash", "ended by SIGABRT"),
        (("segfault", None), "crash", "ended by SIGSEGV"),
        (("exit", 3), "crash", "ended by code 3"),
        (("exit", 0), "crash", "ended by code 0"),
        (("leave", 3), "error", "SystemExit: 3"),
        (("raise", "what"), "error", "ValueError: what"),
        (("balloon", None), "memory", "300 MB"),
        (("spin", None), "timeout", "0.4 s of CPU time"),
        (("spin_in_c", None), "timeout", "0.4 s of CPU time"),
        (("sleep", 60), "timeout", "1.5 s of wall time"),
        (("deaf", 60), "timeout", "1.5 s of wall time"),
        (("close_everything", None), "crash", "ended by SIGKILL"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_poisonous_item_costs_only_itself(run, poison, reason, detail):
    items = [("echo", number) for number in range(20)]
    items[5] = poison
    # to take 300 MB costs CPU, too: how much is the machine's matter
    times = {"timeout_s": 30, "cpu_s": 20} if reason == "memory" else {"timeout_s": 1.5, "cpu_s": 0.4}
    results = run(items, memory_mb=300, **times)
    assert results.pop(5) == Failure(reason=reason, detail=detail)
    assert results == [number for number in range(20) if number != 5]


def test_a_result_that_cannot_be_sent_is_an_error(run):
    (result,) = run([("unpicklable", None)])
    assert result.reason == "error"


def test_ten_percent_of_poison_leaves_the_rest_whole(run):
    items = [("segfault", None) if number % 10 == 0 else ("echo", number) for number in range(300)]
    results = run(items)
    assert Counter(isinstance(result, Failure) for result in results) == {True: 30, False: 270}


def test_one_percent_of_poison_costs_less_than_a_fifth(run):
    good = [("sleep", 0.01) for _ in range(100)]
    bad = [("segfault", None) if number == 50 else ("sleep", 0.01) for number in range(100)]
    assert min(seconds(run, bad) for _ in range(2)) < 1.2 * min(seconds(run, good) for _ in range(2))


def seconds(run, items):
    start = time.monotonic()
    run(items)
    return time.monotonic() - start


def test_a_slow_item_beside_quick_ones_is_ended_in_time(tasks):
    items = [("sleep", 30), *(("sleep", 0.01) for _ in range(200))]
    start = time.monotonic()
    with Pool(2, task=tasks.do, timeout_s=0.5, cpu_s=5) as pool:
        late = next(time.monotonic() - start for _, result in pool.map(items) if isinstance(result, Failure))
    assert late < 1.5


def test_an_item_that_was_done_in_time_is_not_late_because_we_were_elsewhere(tasks):
    with Pool(1, task=tasks.do, timeout_s=0.3, cpu_s=5) as pool:
        results = []
        for _, result in pool.map([("echo", 1), ("echo", 2), ("echo", 3)]):
            results.append(result)
            time.sleep(0.5)
    assert results == [1, 2, 3]


def test_a_child_is_replaced_after_its_share(run):
    pids = run([("pid", number) for number in range(30)], n_workers=1, max_tasks=10)
    assert list(Counter(pids).values()) == [10, 10, 10]


def test_a_child_that_kept_much_is_replaced_before_the_next_item(run):
    items = [("keep", 200), ("hold", 200), ("hold", 200)]
    assert run(items, n_workers=1, memory_mb=300)[1:] == [200_000_000, 200_000_000]


def test_a_child_that_died_idle_costs_no_item(tasks):
    def items():
        yield "pid", None
        children = forked()
        for child in children:
            child.kill()
        within(5, lambda: all(child.status() == psutil.STATUS_ZOMBIE for child in children))
        yield "echo", 2

    with Pool(1, task=tasks.do, timeout_s=5, cpu_s=5) as pool:
        results = [result for _, result in pool.map(items())]
    assert results[1:] == [2]


def test_children_are_born_prepared_and_share_nothing(run, tasks):
    items = [("keep", 0), *(("state", number) for number in range(3))]
    states = run(items, n_workers=1, prepare=tasks.prepare)[1:]
    assert all(state == ["prepared", b""] for state in states)
    assert tasks.STATE == []


def test_a_preparation_that_fails_is_said_and_raised(run, tasks, capfd):
    with pytest.raises(RuntimeError, match="its last words are on stderr"):
        run([("echo", 1)], prepare=tasks.fail)
    assert "no such model" in capfd.readouterr().err


def test_a_module_that_cannot_be_loaded_is_said_and_raised(run, capfd):
    with pytest.raises(RuntimeError, match="its last words are on stderr"):
        run([("echo", 1)], preload=("no_such_module",))
    assert "no_such_module" in capfd.readouterr().err


def test_items_are_drawn_only_as_children_come_free(tasks):
    drawn = []
    items = (drawn.append(number) or ("echo", number) for number in range(1_000))
    with Pool(2, task=tasks.do, timeout_s=5, cpu_s=5) as pool:
        for n_done, _ in enumerate(pool.map(items), start=1):
            assert len(drawn) <= n_done + 4


def test_leaving_early_ends_the_children(tasks):
    before = family()
    with Pool(2, task=tasks.do, timeout_s=60, cpu_s=5) as pool:
        for _ in pool.map([("echo", 1), ("sleep", 60), ("sleep", 60)]):
            break
    assert family() <= before


def test_an_exception_of_ours_ends_the_children(tasks):
    before = family()
    items = (("sleep", 60 // (3 - number)) for number in range(5))
    with Pool(4, task=tasks.do, timeout_s=60, cpu_s=5) as pool, pytest.raises(ZeroDivisionError):
        list(pool.map(items))
    assert family() <= before


def test_what_was_imported_for_one_pool_serves_the_next_with_new_children(run):
    first, second = run([("pid", None)]), run([("pid", None)])
    assert first != second
    (nursery,) = {parent for parent, _ in (*run([("family", None)]), *run([("family", None)]))}
    assert nursery in {one.pid for one in psutil.Process().children()}
    assert not forked()


def test_a_nursery_of_another_environment_is_replaced(run, monkeypatch):
    ((before, _),) = run([("family", None)])
    monkeypatch.setenv("LANG", "tlh")
    ((after, _),) = run([("family", None)])
    assert after != before
    assert not psutil.pid_exists(before)


def test_a_nursery_of_another_folder_is_replaced(run, monkeypatch, tmp_path):
    ((before, _),) = run([("family", None)])
    monkeypatch.chdir(tmp_path)
    ((after, _),) = run([("family", None)])
    assert after != before


def test_a_nursery_that_dies_when_all_is_done_costs_nothing(tasks):
    with Pool(1, task=tasks.do, timeout_s=20, cpu_s=5) as pool:
        results = []
        for _, (nursery, _) in pool.map([("family", None)] * 2):
            results.append(psutil.Process(nursery))
            if len(results) == 2:
                results[0].kill()
                within(5, lambda: results[0].status() == psutil.STATUS_ZOMBIE)
    assert len(results) == 2


def test_pools_in_threads_leave_one_nursery_at_most(run):
    end_kept()
    before = family()
    threads = [threading.Thread(target=lambda: [run([("echo", n)]) for n in range(4)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(family() - before) == 1
    end_kept()
    assert family() <= before


def test_a_process_forked_from_us_keeps_no_nursery_alive(run):
    run([("echo", 1)])
    process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(30,), daemon=True)
    process.start()
    before = time.monotonic()
    end_kept()
    assert time.monotonic() - before < 4  # 5 s are waited for one that doesn't end
    process.kill()
    process.join()


def test_pools_side_by_side_share_no_process(tasks):
    with Pool(1, task=tasks.do, timeout_s=20, cpu_s=5) as one, Pool(1, task=tasks.do, timeout_s=20, cpu_s=5) as other:
        some, others = (pool.map([("family", None)] * 2) for pool in (one, other))
        pairs = [(next(some)[1], next(others)[1]), (next(some)[1], next(others)[1])]
    assert all(set(ours).isdisjoint(theirs) for ours, theirs in pairs)


def test_a_nursery_that_dies_while_none_is_wanted_is_replaced(run):
    ((nursery, _),) = run([("family", None)])
    psutil.Process(nursery).kill()
    within(5, lambda: psutil.Process(nursery).status() == psutil.STATUS_ZOMBIE)
    assert run([("echo", 1)]) == [1]


def test_a_pool_works_in_a_thread(run):
    results = []
    thread = threading.Thread(target=lambda: results.extend(run([("echo", 1)])))
    thread.start()
    thread.join()
    assert results == [1]


def test_a_pool_works_in_a_daemonic_process(tasks):
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=answer, args=(tasks, theirs), daemon=True)
    process.start()
    assert ours.poll(20)
    assert ours.recv() == [1, 2]
    process.join()


def answer(tasks, pipe):
    with Pool(2, task=tasks.do, timeout_s=5, cpu_s=5) as pool:
        pipe.send(sorted(result for _, result in pool.map([("echo", 1), ("echo", 2)])))


SCRIPT = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what it puts in the background without one
sys.path[:0] = {paths!r}
from isolated_tasks import do
from pipeline.isolate import Pool
with Pool(2, task=do, timeout_s=60, cpu_s=60) as pool:
    for item, result in pool.map([("orphan", sys.argv[1])] * 2):
        print(result)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_children_die_with_us_however_we_die(number, tmp_path):
    script, pids = tmp_path / "script", tmp_path / "pids"
    script.write_text(SCRIPT.format(paths=[str(FOLDER), str(Path(__file__).parents[2])]))
    with subprocess.Popen([sys.executable, script, pids], stderr=subprocess.PIPE) as process:
        within(20, lambda: pids.exists() and pids.read_text().count("\n") == 2)
        family = psutil.Process(process.pid).children(recursive=True)
        assert {int(pid) for pid in pids.read_text().split()} < {child.pid for child in family}
        os.kill(process.pid, number)
        process.communicate(timeout=10)
    within(5, lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in family))


def family():
    """All processes that come from us; the nurseries that are kept are among them."""
    return set(psutil.Process().children(recursive=True))


def forked():
    """The children of our nurseries."""
    return [child for nursery in psutil.Process().children() for child in nursery.children()]


def within(seconds, condition):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
