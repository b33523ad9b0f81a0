"""What a grade comes from besides the submission and the tests: the software and nbgrader's settings, as digests that a later run compares.

A change of what can touch a score has the code run again. A change of anything else (penalties, pages, tables) is brought in without.
"""

from __future__ import annotations

import functools
import inspect
import platform
import re
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import import_item

from .records import digest

PACKAGE = Path(__file__).parent.parent
CODE = (".py", ".j2")
# All that a test may call can touch a score, and of what instructors run: what says which cells are run, runs them, and saves what they earned.
NO_SCORE = ("claims", "course", "explorer", "__main__.py", "cli.py")
SCORES = ("__init__.py", "gradebook.py", "harmless.py", "isolation", "limits.py", "notebooks.py")  # in course/
SCORES += ("reading.py", "regrading.py", "settings.py", "shown.py", "staging.py", "submission.py", "troubles.py")
RUNS = ("nbgrader", "numpy", "ipykernel")  # what runs the cells, and what they compute with
OURS = ("Submissions", "seconds")  # a setting of ours that only says when to give up
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


@functools.cache
def versions() -> dict[str, str]:
    """Of Python and of the packages that run the cells."""
    return {"python": platform.python_version(), **{name: version(name) for name in RUNS}}


def software(package: Path = PACKAGE) -> str:
    """Of all the code: what has to be the same on every machine that grades."""
    return _of_files(_code(package), package)


def what_scores(api: NbGraderAPI, package: Path = PACKAGE) -> str:
    """Of the software and the settings that can touch a score: those of nbgrader's converters that make the release and run submissions, and of all their steps."""
    steps = _steps(api)
    names = {base.__name__ for step in steps for base in step.__mro__} | {OURS[0]}
    settings = {name: section for name, section in api.config.items() if name in names}
    settings[OURS[0]] = {name: value for name, value in settings.get(OURS[0], {}).items() if name != OURS[1]}
    code = [path for path in _code(package) if _can_touch_a_score(path.relative_to(package))]
    return digest(_written(versions()), _of_files(code, package), *_of_others(steps, api), _written(settings))


def what_shows(api: NbGraderAPI, config: Path) -> str:
    """Of all code and all settings: what else is seen in a penalty or on a page. `config`: nbgrader's configuration file."""
    settings = {name: section for name, section in api.config.items() if name != "CourseDirectory"}  # where things lie is seen nowhere
    return digest(software(), config.read_bytes(), _written(settings))


def _code(package: Path) -> list[Path]:
    return sorted(path for path in package.rglob("*") if path.suffix in CODE)


def _of_files(files: Iterable[Path], root: Path) -> str:
    return digest(*(part for path in files for part in (path.relative_to(root).as_posix(), path.read_bytes())))


def _can_touch_a_score(path: Path) -> bool:
    if path.parts[0] == "course":
        return path.parts[1] in SCORES
    return path.parts[0] not in NO_SCORE


def _steps(api: NbGraderAPI) -> list[type]:
    """The converters, and what each does in turn, but for penalties."""
    converters = [converter(coursedir=api.coursedir, parent=api) for converter in (GenerateAssignment, Autograde)]
    generate, autograde = converters
    named = [*generate.preprocessors, *autograde.sanitize_preprocessors, *autograde.autograde_preprocessors, *(each.exporter_class for each in converters)]
    steps = [import_item(step) if isinstance(step, str) else step for step in named]
    return [*map(type, converters), *(step if inspect.isclass(step) else type(step) for step in steps if step is not AssignLatePenalties)]


def _of_others(steps: Iterable[type], api: NbGraderAPI) -> list[bytes]:
    """The code of steps that are the instructor's own. Where a class does not know its file, it stands in nbgrader's configuration file."""
    known = {"adaptive_lr", "nbgrader", "nbconvert"}
    modules = {step.__module__ for step in steps if step.__module__.partition(".")[0] not in known}
    files = {getattr(sys.modules.get(module), "__file__", None) or Path(api.coursedir.root, "nbgrader_config.py") for module in modules}
    return [Path(file).read_bytes() for file in sorted(map(str, files))]


def _written(value: Any) -> str:
    """The value in the same words on every run."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_written(value[key])}' for key in sorted(value, key=repr))}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, (set, frozenset)):
        return f"{{{', '.join(sorted(map(_written, value)))}}}"
    return ADDRESS.sub("", repr(value))
