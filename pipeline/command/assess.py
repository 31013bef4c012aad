"""`conflictwire assess`: JSONL in, judgements out."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pipeline import relevance
from pipeline.article.language import identify
from pipeline.config import read_settings
from pipeline.errors import InputError


def run(args: argparse.Namespace) -> None:
    """Judge each line of standard input; one line of output each, in order."""
    assessor = relevance.load(args.profile or read_settings().profile)
    for item in _items():
        title, text = str(item.get("title") or ""), str(item.get("text") or "")
        language = item.get("language") or identify(f"{title}\n{text}")[0]
        judged = assessor.assess(title=title, text=text, lead=str(item.get("lead") or ""), language=language)
        print(json.dumps({"id": item["id"], "language": language, **asdict(judged)}, ensure_ascii=False))


def _items() -> Iterator[dict[str, Any]]:
    for number, raw in enumerate(sys.stdin.buffer, 1):
        if not raw.strip():
            continue
        try:
            item = json.loads(raw)
        except ValueError as error:
            raise InputError(f"line {number} of standard input is not JSON: {error}") from None
        if not isinstance(item, dict) or "id" not in item:
            raise InputError(f"line {number} of standard input is not an object with an id")
        yield item
