"""Extraction that some pages kill: by a word that they hold, and how, as the environment says (`word=how,…`)."""

import os
import resource
import signal
import time
from dataclasses import replace

HOW = {
    "hang": lambda: time.sleep(60),
    "spin": lambda: sum(1 for _ in iter(int, 1)),
    "kill": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "balloon": lambda: [bytearray(1_000_000) for _ in range(2_000)],
    "raise": lambda: 1 / 0,
}


def extract(job):
    from pipeline.archive import read_body  # noqa: PLC0415 - for the child alone
    from pipeline.article.extract import extract as real  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    body, _ = read_body(job.root, job.raw_ref, limit=10_000_000)
    for word, how in (part.split("=") for part in os.environ.get("POISON", "").split(",") if part):
        if word.encode() in body:
            HOW[how]()
    found = real(job.root, job.raw_ref)
    return replace(found, text=f"{found.text}\nSo they say.") if found.text and os.environ.get("TALK") else found
