"""What takes over a minute: whole in `make soak`."""

import os
import random
import signal
import time

import pytest


@pytest.mark.soak
def test_kills_at_20_random_moments_lose_nothing_and_double_nothing(desk, ingested):
    seed = int(time.time())
    print(f"seed {seed}")
    dice = random.Random(seed)
    for _ in range(20):
        process = desk.start("ingest", "--all")
        time.sleep(dice.uniform(0.2, 6.0))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    assert desk.run("ingest", "--all").returncode == 0
    question = (
        "SELECT regexp_extract(url, '//[^/]+(.*)', 1), title, text, published_at, language FROM articles ORDER BY ALL"
    )
    assert desk.ask(question) == ingested.ask(question)
    assert desk.ask("SELECT count(*), count(DISTINCT entry_id) FROM entries") == ingested.ask(
        "SELECT count(*), count(*) FROM entries"
    )
    assert desk.run("doctor").stdout.count("promises") == 1
