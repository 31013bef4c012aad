"""`make eval`: how good the judgements are, on every set there is, with intervals and a precision-recall plot.

    python tests/eval/relevance_report.py [--plot FILE.svg]

Sets of the folder CONFLICTWIRE_EVALUATION are left out where it isn't set. Intervals are 95 %, by 500 bootstrap samples
from a fixed seed (Efron 1979). Exits with 1 when a floor is missed.
"""

import argparse
import gzip
import html
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import relevance

HERE = Path(__file__).parent
TYPE_NAMES = {
    "battles": "Battles", "explosions": "Explosions/Remote violence", "protests": "Protests", "riots": "Riots",
    "violence_against_civilians": "Violence against civilians", "strategic": "Strategic developments",
}  # fmt: skip
FLOORS = {"hard en": 0.88, "hard, other languages": 0.92, "feed items": 0.92}  # F1, a little under what was measured


@dataclass(frozen=True, slots=True)
class Case:
    """A text, whether it is to be kept, and what was said of it."""

    wanted: bool
    score: float
    language: str
    types: tuple[str | None, str | None]  # wanted, got


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", type=Path, default=Path("relevance.svg"), help="where the plot goes (default: here)")
    args = parser.parse_args()
    assessor = relevance.load()
    sets = dict(_sets(assessor))
    print(f"model {assessor.model_id}, profile conflict; review counts as not kept\n")
    print(f"{'set':<24}{'texts':>6}{'kept':>6}  {'precision':<18}{'recall':<18}{'F1':<18}{'average precision'}")
    missed = []
    for name, cases in sets.items():
        _line(name, cases)
        for language in sorted({case.language for case in cases}) if "languages" in name else ():
            _line(f"  {language}", [case for case in cases if case.language == language])
        if f1(cases) < FLOORS.get(name, 0.0):
            missed.append(f"{name}: F1 {f1(cases):.3f} is under its floor of {FLOORS[name]}")
    _calibration(sets)
    _types([case for name, cases in sets.items() if name.startswith("hard") for case in cases])
    _sections(assessor)
    _acts(assessor)
    args.plot.write_text(_plot(sets), encoding="utf-8")
    print(f"\nprecision-recall plot: {args.plot}")
    sys.exit("\n".join(missed) or None)


def hard_sets(assessor: relevance.Assessor) -> dict[str, list[Case]]:
    """Return the hard set, judged: English, and the other languages."""
    hard = [
        case for file in sorted((HERE / "hard").glob("*.jsonl")) for case in _rows(file) if case["label"] != "review"
    ]
    judged = [_judge(assessor, case, case["label"] == "keep") for case in hard]
    return {
        "hard en": [case for case in judged if case.language == "en"],
        "hard, other languages": [case for case in judged if case.language != "en"],
    }


def _sets(assessor: relevance.Assessor) -> Iterator[tuple[str, list[Case]]]:
    yield from hard_sets(assessor).items()
    if folder := _evaluation():
        items = [item for item in _rows(folder / "relevance/rss_items.jsonl") if item["label"] != "borderline"]
        plain = [{"language": "en", "title": item["title"], "text": _plain(item["description"])} for item in items]
        yield (
            "feed items",
            [_judge(assessor, one, item["label"] != "none") for one, item in zip(plain, items, strict=True)],
        )
        reports = _rows(folder / "events/muc.jsonl.gz")
        yield "MUC reports", [_judge(assessor, one | {"language": "en"}, bool(one["relevant"])) for one in reports]


def _judge(assessor: relevance.Assessor, text: dict[str, Any], wanted: bool) -> Case:
    judged = assessor.assess(
        title=text.get("title") or "",
        lead=text.get("lead") or "",
        text=text.get("text") or "",
        language=text["language"],
    )
    gold = TYPE_NAMES.get(text.get("type") or "")
    return Case(wanted, judged.score, text["language"], (gold, judged.types[0][0] if judged.types else None))


def _rows(path: Path) -> list[dict[str, Any]]:
    opened: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _plain(markup: str | None) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup or ""))).strip()


def _evaluation() -> Path | None:
    named = os.environ.get("CONFLICTWIRE_EVALUATION")
    return Path(named) if named else None


def precision(cases: Sequence[Case]) -> float:
    """Return the share of what is kept that belongs."""
    kept = [case for case in cases if case.score >= 0.5]
    return sum(case.wanted for case in kept) / max(len(kept), 1)


def recall(cases: Sequence[Case]) -> float:
    """Return the share of what belongs that is kept."""
    wanted = [case for case in cases if case.wanted]
    return sum(case.score >= 0.5 for case in wanted) / max(len(wanted), 1)


def f1(cases: Sequence[Case]) -> float:
    """Return the harmonic mean of precision and recall."""
    one, other = precision(cases), recall(cases)
    return 2 * one * other / max(one + other, 1e-9)


def average_precision(cases: Sequence[Case]) -> float:
    """Return the mean precision at each text that belongs, in order of scores."""
    points = _curve(cases)
    return sum(point[1] for point in points) / max(len(points), 1)


def _curve(cases: Sequence[Case]) -> list[tuple[float, float]]:
    """Return (recall, precision) at each text that belongs."""
    n_wanted, n_found, points = sum(case.wanted for case in cases), 0, []
    for n_seen, case in enumerate(sorted(cases, key=lambda case: -case.score), 1):
        if case.wanted:
            n_found += 1
            points.append((n_found / n_wanted, n_found / n_seen))
    return points


def _line(name: str, cases: Sequence[Case]) -> None:
    kept = sum(case.score >= 0.5 for case in cases)
    figures = "".join(f"{_with_interval(cases, figure):<18}" for figure in (precision, recall, f1))
    print(f"{name:<24}{len(cases):>6}{kept:>6}  {figures}{average_precision(cases):.3f}")


def _with_interval(cases: Sequence[Case], figure: Callable[[Sequence[Case]], float]) -> str:
    rng = random.Random(1)
    drawn = sorted(figure(rng.choices(cases, k=len(cases))) for _ in range(500))
    return f"{figure(cases):.3f} [{drawn[12]:.2f}, {drawn[-13]:.2f}]"


def _calibration(sets: dict[str, list[Case]]) -> None:
    """Print what share of the texts with a score in each fifth of the scale belongs (DeGroot and Fienberg 1983)."""
    print("\nbelong, by score     " + "".join(f"{low / 5:>7.1f}-{low / 5 + 0.2:.1f}     " for low in range(5)))
    for name, cases in sets.items():
        cells = []
        for low in range(5):
            some = [case.wanted for case in cases if min(int(case.score * 5), 4) == low]
            cells.append(f"{sum(some) / len(some):.2f} of {len(some)}" if some else "-")
        print(f"{name:<22}" + "".join(f"{cell:>15}" for cell in cells))


def _types(cases: Sequence[Case]) -> None:
    """Print F1 of each type on what is kept of the hard sets."""
    typed = [case.types for case in cases if case.wanted and case.score >= 0.5 and case.types[0]]
    each = {}
    for name in TYPE_NAMES.values():
        hits = sum(wanted == got == name for wanted, got in typed)
        total = sum(wanted == name for wanted, _ in typed) + sum(got == name for _, got in typed)
        each[name] = 2 * hits / max(total, 1)
    print(f"\ntypes of what is kept of the hard sets: {len(typed)} texts")
    for name, figure in each.items():
        print(f"  {name:<30} F1 {figure:.3f}")
    print(f"  {'macro':<30} F1 {sum(each.values()) / len(each):.3f}")


def _sections(assessor: relevance.Assessor) -> None:
    """Print how much of ordinary news is kept."""
    if not (folder := _evaluation()):
        return
    print("\nordinary news (BBC 2005)")
    articles = _rows(folder / "relevance/bbc2005.jsonl.gz")
    for name, politics in (("sport, business, technology, entertainment", 0), ("politics", 1)):
        some = [one for one in articles if one["politics"] == politics]
        kept = sum(_judge(assessor, one | {"language": "en"}, False).score >= 0.5 for one in some)
        print(f"  {name:<44}{kept:>4} of {len(some)} kept, {kept / len(some):.1%}")


def _acts(assessor: relevance.Assessor) -> None:
    """Print what becomes of PLOVER's single sentences, by the event that its coders saw (another scheme than ACLED's)."""
    if not (folder := _evaluation()):
        return
    judged: dict[str, list[Case]] = {}
    for one in _rows(folder / "events/plover_gsr.jsonl"):
        judged.setdefault(one["event"], []).append(_judge(assessor, one, False))
    print("\nsentences of the PLOVER set, by its events")
    for event, cases in sorted(judged.items()):
        kept = sum(case.score >= 0.5 for case in cases)
        types = Counter(case.types[1] for case in cases if case.types[1] and case.score >= 0.5)
        print(
            f"  {event:<14}{kept:>3} of {len(cases):<3} kept  {', '.join(f'{n} {name}' for name, n in types.most_common(3))}"
        )


def _plot(sets: dict[str, list[Case]]) -> str:
    """Draw the precision-recall curves as SVG."""
    colours = ("#0b6e99", "#c2410c", "#15803d", "#7c3aed")
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 330" font-family="sans-serif" font-size="11">',
        '<rect width="460" height="330" fill="white"/>',
    ]
    for tick in range(0, 11, 2):
        x, y = 45 + 27 * tick, 275 - 25 * tick
        lines.append(f'<path d="M{x} 25V275M45 {y}H315" stroke="#ddd"/>')
        lines.append(f'<text x="{x}" y="290" text-anchor="middle">{tick / 10}</text>')
        lines.append(f'<text x="40" y="{y + 4}" text-anchor="end">{tick / 10}</text>')
    for (name, cases), colour, row in zip(sets.items(), colours, range(9), strict=False):
        points = " ".join(f"{45 + 270 * one:.1f},{275 - 250 * other:.1f}" for one, other in _curve(cases))
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        x, y = 45 + 270 * recall(cases), 275 - 250 * precision(cases)
        lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
        lines.append(f'<text x="325" y="{45 + 18 * row}" fill="{colour}">{name}</text>')
    lines += ['<text x="180" y="310" text-anchor="middle">recall (dot: what is kept)</text>',
              '<text x="14" y="150" text-anchor="middle" transform="rotate(-90 14 150)">precision</text>', "</svg>\n"]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main()
