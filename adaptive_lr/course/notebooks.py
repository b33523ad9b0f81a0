"""solutions/ → nbgrader → exercises/: the student notebooks, the same bytes on every run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from traitlets import TraitError
from traitlets.config import Config, ConfigFileNotFound, PyFileConfigLoader

from . import CourseError
from .gradebook import keep_to, open_gradebook, task_name
from .isolation.execute import ExecuteIsolated
from .limits import ExecuteWithinLimits
from .records import digest, write

CONFIG = "nbgrader_config.py"
Notebooks = dict[str, NotebookNode]  # of one assignment, by name
COPIED = "# A copy, which adaptive-lr writes anew at each run: change the one in the checkout of the course.\n"
TWO_LINES = "    from adaptive_lr.course.settings import trustworthy\n    trustworthy(c)"
USUAL = {f"{step}_directory": step for step in ("source", "release", "submitted", "autograded", "feedback")}
USUAL["directory_structure"] = "{nbgrader_step}/{student_id}/{assignment_id}"
INSTALL = "pass  # INSTALL"  # where a notebook cannot find the checker
INSTALLS = """# %pip install --quiet {what}
    from adaptive_lr.grading import check, numbers"""
NEAR = r"""from pathlib import Path
    # the course's folder, if the notebook lies in it, or an archive of the course beside the notebook or its folder
    near = [folder for folder in Path.cwd().parents if (folder / "adaptive_lr").is_dir()]
    near += [archive for folder in (Path.cwd(), Path.cwd().parent) for archive in folder.glob("adaptive*.zip")]
    if not near:
        raise ImportError(
            "the checker, adaptive_lr, is not installed here, and the course does not lie near.\n"
            "The course's archive, adaptive….zip, is on its website, under For students.\n"
            "JupyterLab, VS Code: put it beside the notebook, or unpack it and open the notebook in there\n"
            "Colab: upload it (folder symbol on the left)\n"
            "Then run this cell again."
        ) from None
    """


def source_of(course: Path, assignment: str, start: Path) -> Path | None:
    """Where an assignment of a course folder comes from: the checkout that `start` lies in, or None where the folder has a source of its own.

    Raises CourseError where there is neither.
    """
    own = any((course / "source" / assignment).glob("*.ipynb"))
    try:
        checkout = find_checkout(start)
    except CourseError:
        if own:
            return None
        if not (course / CONFIG).is_file():
            what = f"has no {CONFIG}, so it is no nbgrader course" if course.exists() else "does not exist"
            makes = f"and {start} is not inside a checkout of the course, which could make one"
            raise CourseError(f"{course} {what}, {makes}.\nGive the folder of a course, --course DIR, or go into the checkout (cd …).") from None
        there = ", ".join(sorted({path.parent.name for path in (course / "source").glob("*/*.ipynb")})) or "none"
        raise CourseError(f"{course} has no assignment '{assignment}': there is no notebook in source/{assignment}.\nThe assignments there are: {there}.") from None
    if own and assignment not in assignments(checkout):
        return None
    _source(checkout, assignment)
    return checkout


def find_checkout(start: Path) -> Path:
    """The course checkout that `start` lies in: the nearest folder upwards with solutions/ and nbgrader_config.py."""
    for folder in (start, *start.parents):
        if (folder / "solutions").is_dir() and (folder / CONFIG).is_file():
            return folder
    raise CourseError(
        f"{start} is not inside a checkout of the course: no folder from here upwards has solutions/ and {CONFIG}.\n"
        "Go into the checkout (cd …) and run the command again."
    )


def assignments(checkout: Path) -> list[str]:
    """The names of the assignments, one for each source in solutions/."""
    return sorted(path.stem for path in (checkout / "solutions").glob("*.py"))


def _source(checkout: Path, assignment: str) -> Path:
    """The file of an assignment. Raises CourseError where there is none."""
    source = checkout / "solutions" / f"{assignment}.py"
    if not source.is_file():
        known = ", ".join(assignments(checkout)) or "none yet"
        raise CourseError(f"There is no assignment '{assignment}': solutions/{assignment}.py does not exist.\nThe assignments are: {known}.")
    return source


def source_notebook(checkout: Path, assignment: str) -> NotebookNode:
    """The instructor's notebook of an assignment: with solutions, hidden tests and nbgrader's metadata."""
    text = _source(checkout, assignment).read_text(encoding="utf-8").replace(INSTALL, _installs(checkout))
    import jupytext  # here, for the processes that grade have no use for it, and it takes long

    notebook = jupytext.reads(text[text.index("# %%") :], fmt="py:percent")  # what stands above the first cell is for who reads the source
    for position, cell in enumerate(notebook.cells):
        nbgrader = cell.metadata.get("nbgrader")
        cell.metadata = nbformat.from_dict({"nbgrader": nbgrader} if nbgrader else {})
        cell.id = nbgrader["grade_id"] if nbgrader else f"text-{position}"  # jupytext's own are random
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5  # the first version with cell ids
    return notebook


def nbgrader_api(course: Path, settings: Config | None = None) -> NbGraderAPI:
    """nbgrader itself, on a course folder, with the folder's own nbgrader_config.py and, above it, `settings`.

    Where the settings say Submissions.trusted, a submission's code runs with its tests, without isolation.
    Raises CourseError where the folder's settings are not those of settings.py.
    """
    try:
        config = PyFileConfigLoader(CONFIG, str(course)).load_config()
    except ConfigFileNotFound:
        raise CourseError(f"{course} has no {CONFIG}, so it is no nbgrader course.\nGive the folder of one: --course DIR.") from None
    if config.Submissions.get("trusted"):
        raise CourseError(f"{course / CONFIG} says that all submissions are trusted.\nTake that out: --trust-submissions says it for one run, where it is seen.")
    config.CourseDirectory.root = str(course)
    config.merge(settings or Config())
    preprocessors = config.Autograde.get("autograde_preprocessors", [])
    if ExecuteIsolated not in preprocessors:
        raise CourseError(f"{course / CONFIG} does not have submissions run in a sandbox.\nAdd two lines to it, below c = get_config():\n{TWO_LINES}")
    if moved := [name for name, usual in USUAL.items() if config.CourseDirectory.get(name, usual) != usual]:
        raise CourseError(f"{course / CONFIG} gives nbgrader's folders other names ({', '.join(moved)}), and grading needs the usual ones.\nTake that out.")
    try:
        ExecuteIsolated(config=config)
    except TraitError as error:
        raise CourseError(f"{course / CONFIG} has a setting that cannot be: {error}.") from None
    if config.Submissions.get("trusted"):
        config.Autograde.autograde_preprocessors = [ExecuteWithinLimits if each is ExecuteIsolated else each for each in preprocessors]
    return NbGraderAPI(config=config)


def prepare(checkout: Path | None, course: Path, assignment: str, settings: Config | None = None) -> Notebooks:
    """Bring a course folder up to date: settings and source, if they come from a checkout, and nbgrader's release and gradebook for one assignment.

    `settings` go above the course's own. Returns the released notebooks, by name. Does nothing where nothing has changed.
    Raises CourseError for what the instructor can put right.
    """
    if checkout:
        for path, text in _made_from(checkout, course, assignment).items():
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                write(path, text)
    api = nbgrader_api(course, settings)
    keep_to(api, course)
    made_from = digest(source_digest(course, assignment), (course / CONFIG).read_bytes())
    stamp, release = course / "records" / f"{assignment}.made", course / "release" / assignment
    with open_gradebook(api) as gradebook:
        known = _knows(gradebook, assignment)
    released = sorted(release.glob("*.ipynb"))
    if not (known and released and stamp.is_file() and stamp.read_text(encoding="utf-8") == made_from):
        stamp.unlink(missing_ok=True)  # first: a run that ends before the new release is there leaves it to the next
        outcome = api.generate_assignment(assignment)
        if not outcome["success"]:
            raise CourseError(_why_not_generated(assignment, course, outcome))
        write(stamp, made_from)
        released = sorted(release.glob("*.ipynb"))
    return {path.stem: nbformat.read(path, as_version=4) for path in released}


def source_digest(course: Path, assignment: str) -> str:
    """Of all that an assignment's source consists of: its notebooks, with the tests, and the files beside them."""
    source = course / "source" / assignment
    files = sorted(path for path in source.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return digest(*(part for path in files for part in (path.relative_to(source).as_posix(), path.read_bytes())))


def as_one(notebooks: Mapping[str, Mapping]) -> NotebookNode:
    """The notebooks of an assignment as one, to be read. Where there are several, a cell's grade id tells which it stands in, as `task_name` does."""
    if len(notebooks) == 1:
        return nbformat.from_dict(next(iter(notebooks.values())))
    cells = []
    for name, notebook in notebooks.items():
        for cell in notebook["cells"]:
            marks = cell["metadata"].get("nbgrader")
            cells.append({**cell, "metadata": {**cell["metadata"], "nbgrader": {**marks, "grade_id": task_name(marks["grade_id"], name)}}} if marks else cell)
    return nbformat.from_dict({**next(iter(notebooks.values())), "cells": cells})


def write_sources(checkout: Path, course: Path) -> list[Path]:
    """Write nbgrader's settings and the source of every assignment into a course folder, where formgrader then generates any of them."""
    made_from = {path: text for name in assignments(checkout) for path, text in _made_from(checkout, course, name).items()}
    for path, text in made_from.items():
        write(path, text)
    return sorted(path for path in made_from if path.suffix == ".ipynb")


def _made_from(checkout: Path, course: Path, assignment: str) -> dict[Path, str]:
    """The files of a course folder that a student notebook is made from: the assignment's source, and nbgrader's settings."""
    source = course / "source" / assignment / f"{assignment}.ipynb"
    return {source: nbformat.writes(source_notebook(checkout, assignment)), course / CONFIG: COPIED + (checkout / CONFIG).read_text(encoding="utf-8")}


def write_exercises(checkout: Path, destination: Path) -> list[Path]:
    """Write every student notebook as destination/<assignment>/<assignment>.ipynb and return the paths."""
    written = []
    for assignment in assignments(checkout):
        with tempfile.TemporaryDirectory() as course:
            prepare(checkout, Path(course), assignment)
            release = Path(course) / "release" / assignment / f"{assignment}.ipynb"
            target = destination / assignment / f"{assignment}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(release, target)
            written.append(target)
    return written


def _installs(checkout: Path) -> str:
    """How a notebook gets the checker: from the repository that _config.yml names, or else from a copy of the course that lies near."""
    book = checkout / "_config.yml"
    settings = yaml.safe_load(book.read_text(encoding="utf-8")) if book.is_file() else {}
    if repository := settings.get("repository", {}).get("url"):
        return INSTALLS.format(what=f"git+{repository}")
    return NEAR + INSTALLS.format(what='"{near[0]}"')


def _knows(gradebook: Gradebook, assignment: str) -> bool:
    try:
        return bool(gradebook.find_assignment(assignment).notebooks)
    except MissingEntry:
        return False


def _why_not_generated(assignment: str, course: Path, outcome: dict) -> str:
    log = outcome.get("log", "") + outcome.get("error", "")
    if "there are submissions associated with it" in log:
        return (
            f"The cells of '{assignment}' are no longer those that the submissions in {course} were graded with (a graded cell came or went), "
            "and nbgrader keeps one set of cells for a gradebook.\nGrade into a fresh course folder: --course NEW_FOLDER."
        )
    errors = [line for line in log.splitlines() if "Error" in line] or ["no reason was given"]
    return (
        f"nbgrader could not make the student notebook of '{assignment}': {errors[-1].strip()}\n"
        "Check the cells' markers and metadata in the assignment's source."
    )
