"""What an ingest costs beside bare trafilatura: CPU of both on the same pages, children included, interleaved.

    CONFLICTWIRE_EVALUATION=… python tests/bench/ingest_cost.py [--rounds 3]

Prints the ratio of each round and their median; the floor is 1.35, the goal 1.15. Memory is the peak of the whole process tree.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import psutil

BARE = """
import gzip, json, sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from trafilatura import bare_extraction

def one(path):
    bare_extraction(gzip.open(path).read(), with_metadata=True)

if __name__ == "__main__":
    root = Path(sys.argv[1])
    pages = [root / page["file"] for page in json.loads((root / "replay" / "manifest.json").read_text())["pages"]]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(one, pages))
"""


def cpu_of(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Run a command; return user + system seconds of its whole tree, and the tree's peak memory in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = [0.0]
    watcher = threading.Thread(target=watch, args=(process.pid, peak))
    watcher.start()
    _, errors = process.communicate()
    watcher.join()
    if process.returncode:
        sys.exit(f"{command} failed: {errors.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak[0]


def watch(pid: int, peak: list[float]) -> None:
    while True:
        try:
            tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
            total = sum(process.memory_full_info().pss for process in tree) / 1e6
        except psutil.Error:
            if not psutil.pid_exists(pid):
                return
            continue
        peak[0] = max(peak[0], total)
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    evaluation = Path(os.environ.get("CONFLICTWIRE_EVALUATION") or sys.exit("CONFLICTWIRE_EVALUATION names no folder"))
    port = 18765
    server = subprocess.Popen(
        [sys.executable, str(evaluation / "tools" / "replay_server.py"), str(evaluation), "--port", str(port)],
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        feeds = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/feeds.json"))
        env = {
            **os.environ,
            "CONFLICTWIRE_ALLOW_ADDRESSES": f"127.0.0.1:{port}",
            "CONFLICTWIRE_HOST_DELAY_S": "0",
            "CONFLICTWIRE_CONTACT": "bench@example.org",
        }
        ratios = []
        for _ in range(rounds):
            bare, _ = cpu_of([sys.executable, "-c", BARE, str(evaluation)], env)
            with tempfile.TemporaryDirectory() as data:
                ours, peak = cpu_of(
                    [sys.executable, "-m", "pipeline", "ingest", "--data", data, "--feeds", *feeds], env
                )
            ratios.append(ours / bare)
            print(
                f"ingest {ours:6.2f} s   bare trafilatura {bare:6.2f} s   ratio {ratios[-1]:.2f}   peak {peak:,.0f} MB",
                flush=True,
            )
        print(f"median ratio {statistics.median(ratios):.2f} (floor 1.35, goal 1.15)")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
