"""What a class did, from its results and its notebooks as they were run: all that the class report shows, as plain data."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode

from .feedback import TEMPLATES
from .mistakes import Verdict, ranked, test_cells, verdicts
from .notebooks import as_one
from .similarity import SMALLEST, answers, similar
from .spreadsheet import write_csv

if TYPE_CHECKING:
    from .reports import Result

STANDINGS = {"full": "full points", "partial": "part of them", "none": "none", "not begun": "not begun", "to mark": "to be marked"}  # of an answer
BARS = 10  # of the histogram of scores


def summary(results: list[Result], released: NotebookNode, course: Path, assignment: str, tasks: dict[str, float], statuses: tuple[str, ...]) -> dict[str, Any]:
    """The class as JSON has it. `tasks`: grade id → points."""
    tests = test_cells(released)
    graded = [result for result in results if result.tasks]
    said, written = {}, {}
    for result in graded:
        cells = _cells(course / "autograded" / result.student / assignment)
        said[result.student], written[result.student] = verdicts(cells), answers(cells)
    scores, count = [result.score for result in graded], Counter(result.status for result in results)
    named, unnamed = ranked(said, tests)
    return {
        "assignment": assignment,
        "students": len(results),
        "statuses": {status: count[status] for status in statuses},
        "max_score": sum(tasks.values()),
        "mean": mean(scores) if scores else None,
        "median": median(scores) if scores else None,
        "so_far": any(result.waiting for result in graded),
        "histogram": _histogram(scores, sum(tasks.values())),
        "tasks": [_task(task, points, graded, said) for task, points in tasks.items()],
        "mistakes": [asdict(mistake) for mistake in named],
        "unnamed": [asdict(mistake) for mistake in unnamed],
        "recorded": any(said.values()),
        "compared": len(written) >= SMALLEST,
        "similar": [asdict(pair) for pair in similar(written, released)],
        "results": [_result(result, course, tasks) for result in results],
    }


def write(whole: dict[str, Any], folder: Path) -> Path:
    """Write class.json, mistakes.csv and the page, index.html; return the page's path."""
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    (folder / "class.json").write_text(text, encoding="utf-8", errors="backslashreplace")
    mistakes = [
        [each["task"], named, each["name"], len(each["students"]), each["explanation"], ", ".join(each["students"])]
        for key, named in {"mistakes": "yes", "unnamed": "no"}.items()
        for each in whole[key]
    ]
    write_csv(folder / "mistakes.csv", [["task", "named", "mistake", "students", "explanation", "who"], *mistakes], says_unicode=True)
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template("report.html.j2")
    index = folder / "index.html"
    pages = {result["student"]: next(iter(result["feedback"].values())) for result in whole["results"] if result["feedback"]}
    ungraded = [result for result in whole["results"] if not result["tasks"]]
    marked = [task for task in whole["tasks"] if task["mean"] is not None and not task["standings"]["to mark"]]  # of the others, who left them empty has a 0
    scored = [task for task in marked if task["mean"] < task["points"]]
    hardest = min(scored, key=lambda task: task["mean"] / task["points"], default=None)
    shown = page.render(whole, hardest=hardest, labels=STANDINGS, pages=pages, ungraded=ungraded)
    index.write_text(shown, encoding="utf-8", errors="backslashreplace")
    return index


def _result(result: Result, course: Path, tasks: dict[str, float]) -> dict[str, Any]:
    to_mark = None if result.score is None else sum((tasks[task] for task in result.waiting), 0.0)
    pages = sorted((course / "feedback" / result.student / result.assignment).glob("*.html"))
    feedback = {page.stem: quote(f"../../{page.relative_to(course).as_posix()}") for page in pages}
    whose = {"student": result.student, "status": result.status, "reason": result.reason}
    return whose | {"score": result.score, "to_mark": to_mark, "tasks": result.tasks, "feedback": feedback}


def _task(task: str, points: float, graded: list[Result], said: dict[str, dict[str, Verdict]]) -> dict[str, Any]:
    standings = Counter(_standing(result.tasks.get(task), points, said[result.student].get(task)) for result in graded if task in result.tasks)
    earned = [result.tasks[task] for result in graded if result.tasks.get(task) is not None]
    return {"task": task, "points": points, "mean": mean(earned) if earned else None, "standings": {each: standings[each] for each in STANDINGS}}


def _standing(score: float | None, points: float, verdict: Verdict | None) -> str:
    if score is None:
        return "to mark"
    if score > 0:
        return "full" if score >= points else "partial"
    return "not begun" if verdict and not verdict.begun else "none"


def _histogram(scores: list[float], highest: float) -> list[int]:
    """How many scored in each tenth of the points; the highest score belongs to the last."""
    tenths = Counter(min(int(BARS * score / highest), BARS - 1) for score in scores) if highest else Counter()
    return [tenths[tenth] for tenth in range(BARS)]


def _cells(folder: Path) -> list[dict]:
    """The cells of notebooks that were run; none where one is gone, or half of it was written when a run ended. nbformat would check it all, slowly."""
    try:
        found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.ipynb"))}
        return as_one(found).cells if found else []
    except (OSError, ValueError):
        return []
