"""solutions/ → nbgrader → exercises/: the student notebooks, the same bytes on every run."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import jupytext
import nbformat
import yaml
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config, PyFileConfigLoader

from . import CourseError
from .gradebook import open_gradebook
from .isolation.execute import ExecuteIsolated
from .limits import ExecuteWithinLimits
from .records import write

CONFIG = "nbgrader_config.py"
INSTALL = "pass  # INSTALL"  # where a notebook cannot find the checker
NOT_INSTALLED = (  # what it says where _config.yml has no address: the text of strings in a cell
    r"the checker, adaptive_lr, is not installed here.\n",
    r"JupyterLab: in a terminal, in the course's folder: pip install .\n",
    r"VS Code: in a new cell: %pip install FOLDER (the course's folder, or an archive of it)\n",
    r"Colab: upload an archive of the course (folder symbol on the left), then in a new cell: %pip install /content/ARCHIVE.zip\n",
    r"Then run this cell again.",
)


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


def source_notebook(checkout: Path, assignment: str) -> NotebookNode:
    """The instructor's notebook of an assignment: with solutions, hidden tests and nbgrader's metadata."""
    source = checkout / "solutions" / f"{assignment}.py"
    if not source.is_file():
        known = ", ".join(assignments(checkout)) or "none yet"
        raise CourseError(f"There is no assignment '{assignment}': solutions/{assignment}.py does not exist.\nThe assignments are: {known}.")
    text = source.read_text(encoding="utf-8").replace(INSTALL, _installs(checkout))
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
    """
    config = PyFileConfigLoader(CONFIG, str(course)).load_config()
    config.CourseDirectory.root = str(course)
    config.merge(settings or Config())
    if config.Submissions.get("trusted"):
        in_place_of = {ExecuteIsolated: ExecuteWithinLimits}
        config.Autograde.autograde_preprocessors = [in_place_of.get(each, each) for each in config.Autograde.autograde_preprocessors]
    return NbGraderAPI(config=config)


def prepare(checkout: Path, course: Path, assignment: str, settings: Config | None = None) -> NotebookNode:
    """Bring a course folder up to date with the checkout: nbgrader's settings, source, release and gradebook for one assignment.

    `settings` go above the checkout's. Returns the released notebook. Does nothing where nothing has changed.
    """
    release_path = course / "release" / assignment / f"{assignment}.ipynb"
    made_from = _made_from(checkout, course, assignment)
    if any(not path.is_file() or path.read_text(encoding="utf-8") != text for path, text in made_from.items()):
        release_path.unlink(missing_ok=True)  # first: a run that ends before the new one is there leaves it to the next
        for path, text in made_from.items():
            write(path, text)
    api = nbgrader_api(course, settings)
    with open_gradebook(api) as gradebook:
        known = _knows(gradebook, assignment)
    if not (known and release_path.is_file()):
        outcome = api.generate_assignment(assignment)
        if not outcome["success"]:
            raise CourseError(_why_not_generated(assignment, course, outcome))
    return nbformat.read(release_path, as_version=4)


def write_sources(checkout: Path, course: Path) -> list[Path]:
    """Write nbgrader's settings and the source of every assignment into a course folder, where formgrader then generates any of them."""
    made_from = {path: text for name in assignments(checkout) for path, text in _made_from(checkout, course, name).items()}
    for path, text in made_from.items():
        write(path, text)
    return sorted(path for path in made_from if path.suffix == ".ipynb")


def _made_from(checkout: Path, course: Path, assignment: str) -> dict[Path, str]:
    """The files of a course folder that a student notebook is made from: the assignment's source, and nbgrader's settings."""
    source = course / "source" / assignment / f"{assignment}.ipynb"
    return {source: nbformat.writes(source_notebook(checkout, assignment)), course / CONFIG: (checkout / CONFIG).read_text(encoding="utf-8")}


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
    """How a notebook gets the checker: from the repository that _config.yml names, or else it says what is missing."""
    book = checkout / "_config.yml"
    settings = yaml.safe_load(book.read_text(encoding="utf-8")) if book.is_file() else {}
    if repository := settings.get("repository", {}).get("url"):
        return f"# %pip install --quiet git+{repository}\n    from adaptive_lr.grading import check, numbers"
    return "raise ImportError(\n" + "".join(f'        "{line}"\n' for line in NOT_INSTALLED) + "    ) from None"


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
        f"Check the cells' markers and metadata in solutions/{assignment}.py."
    )
