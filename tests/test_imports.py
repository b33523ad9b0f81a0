"""The package's layers: a module imports only from those above it in this list, so each can be read with what stands above."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "adaptive_lr"
LAYERS = [  # "" is adaptive_lr itself, which names what students use
    *("rule", "tracing", "optimizers", "variants", "schedules", "printed", "problems"),
    *("norms", "sparse", "network", "fused", "saving", "updating", "runner", "training"),
    *("claims", "races", "plots", "explorer", "grading"),
    *("", "course", "cli", "__main__"),
]
NUMPY_ONLY = LAYERS[: LAYERS.index("claims")]  # the rules, the problems and their runners need nothing else
# imported where they are used, which without them does less or says what is missing
IF_THERE = {"claims/schedules": {"mlxtend"}, "course/workers": {"distributed"}, "fused": {"numba"}, "runner": {"pandas"}, "training": {"tqdm"}}
MODULES = {path.relative_to(PACKAGE).with_suffix("").as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}


def layer(module):
    """The name in LAYERS that a module's path within the package, a/b or a.b, belongs to."""
    return module.replace("/", ".").removesuffix("__init__").split(".")[0]


def imports(source, module):
    """All that a module imports, anywhere in it: (names within adaptive_lr, other top-level packages)."""
    own, others = set(), set()
    package = ["adaptive_lr", *module.split("/")[:-1]]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*base, *([node.module] if node.module else [])])
            inside = PACKAGE.parent.joinpath(*base.split("."))
            names = [f"{base}.{alias.name}" if is_module(inside / alias.name) else base for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "adaptive_lr":
                own.add(name.removeprefix("adaptive_lr").removeprefix("."))
            else:
                others.add(name.split(".")[0])
    return own, others


def is_module(path):
    return path.is_dir() or path.with_suffix(".py").is_file()


def upward(source, module):
    """The imports of a module that are not from above it. Parts of one layer may import each other."""
    here = layer(module)
    return {name for name in imports(source, module)[0] if layer(name) != here and LAYERS.index(layer(name)) >= LAYERS.index(here)}


def test_every_module_has_its_place():
    assert {layer(module) for module in MODULES} <= set(LAYERS)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_above(module):
    assert not upward(MODULES[module].read_text(encoding="utf-8"), module)


@pytest.mark.parametrize("module", [module for module in MODULES if layer(module) in NUMPY_ONLY])
def test_the_core_needs_numpy_and_no_more(module):
    source = MODULES[module].read_text(encoding="utf-8")
    _, others = imports(source, module)
    assert others - set(sys.stdlib_module_names) <= {"numpy"} | IF_THERE.get(module, set())
    at_once = [node for node in ast.parse(source).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    _, needed = imports(ast.unparse(at_once), module)
    assert needed - set(sys.stdlib_module_names) <= {"numpy"}


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("optimizers", "from .runner import minimize", {"runner"}),
        ("optimizers", "from . import runner", {"runner"}),
        ("optimizers", "import adaptive_lr.runner as r", {"runner"}),
        ("problems", "def late():\n    from adaptive_lr import plots", {"plots"}),
        ("explorer/widget", "from ..course import site", {"course.site"}),
        ("explorer/__init__", "from ..course.site import build", {"course.site"}),
        ("plots", "from adaptive_lr import minimize", {""}),
        ("runner", "from .optimizers import Rule\nimport numpy as np", set()),
        ("explorer/widget", "from .tracer import rule_to_js\nfrom ..plots import PALETTE", set()),
        ("__init__", "from . import problems\nfrom .runner import minimize", set()),
    ],
)
def test_every_way_of_importing_upward_is_seen(module, source, found):
    assert upward(source, module) == found


@pytest.mark.parametrize("package", ["__init__", "problems/__init__", "explorer/__init__"])
def test_all_holds_what_the_package_names_and_can_be_read_without_running_it(package):
    """__all__ is a list of plain strings, for editors and type checkers: every public name that the file imports, defines or sets."""
    body = ast.parse(MODULES[package].read_text(encoding="utf-8")).body
    listed = [ast.literal_eval(node.value) for node in body if isinstance(node, ast.Assign) and node.targets[0].id == "__all__"]
    named = {alias.asname or alias.name for node in body if isinstance(node, ast.ImportFrom) for alias in node.names}
    named |= {node.targets[0].id for node in body if isinstance(node, ast.Assign)}
    assert sorted(*listed) == sorted(name for name in named if not name.startswith("__"))
