"""What the page knows comes from Python alone: every part is in the catalogue, and no rule, schedule or problem is written in JavaScript."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
from test_optimizers import ALL_RULES
from test_schedules import ALL_SCHEDULES
from test_tracer import NODE

from adaptive_lr import explorer, printed, problems
from adaptive_lr.explorer.catalogue import CLASSES, PROBLEMS, RULES, SCHEDULES, first, to_json
from adaptive_lr.explorer.view import MODULE, View
from adaptive_lr.rule import Rule

FOLDER = Path(explorer.__file__).parent
WRITTEN = {name: (FOLDER / name).read_text(encoding="utf-8") for name in MODULE}


def test_every_rule_schedule_and_problem_of_the_plane_is_there():
    printed_rules = {kind for kind in vars(printed).values() if isinstance(kind, type) and issubclass(kind, Rule)} - {Rule}
    assert {type(rule) for rule in ALL_RULES} | printed_rules == set(RULES.values())
    assert {type(schedule) for schedule in ALL_SCHEDULES} <= set(SCHEDULES.values())
    of_the_plane = {type(problem) for problem in vars(problems).values() if getattr(problem, "bounds", None) and not hasattr(problem, "noise")}
    assert of_the_plane - {type} <= set(PROBLEMS.values())


def test_the_files_of_the_module_are_the_files_of_the_folder():
    assert {*MODULE, "static_host.js"} == {file.name for file in FOLDER.glob("*.js")}


COMMON = {"lr", "width", "size", "steps", "first", "high", "low", "period", "decay", "after", "before", "share", "second"}  # which also mean other things
OF_OPTIMIZERS = {field.name for cls in CLASSES.values() for field in fields(cls)} - COMMON


@pytest.mark.parametrize("name", WRITTEN)
def test_nothing_written_by_hand_names_a_rule_or_what_rules_are_made_of(name):
    code = re.sub(r"//[^\n]*|/\*[\s\S]*?\*/", "", WRITTEN[name])
    words = set(re.findall(r"[A-Za-z_]\w*", code))
    assert len(words) > 10
    assert not words & OF_OPTIMIZERS and not words & {cls.__name__ for cls in CLASSES.values()} - {"Constant"}
    drawn = re.sub(r"Math\.(cos|sin)\(k \* Math\.PI / 360\)", "", code)  # the directions of the plane, in norms.js
    assert not re.search(r"Math\.(sqrt|cbrt|exp|expm1|sin|cos|tan|tanh|sign)\b", drawn)


# The page's own code, with the source of one part replaced: what it then computes is what the replacement says.
REPLACED = """
import fs from "node:fs";
const text = fs.readFileSync(0, "utf8");
const [cases, module] = [JSON.parse(text.slice(0, text.indexOf("\\n"))), text.slice(text.indexOf("\\n"))];
const answers = [];
for (const { name, source, rule, problem } of cases) {
  const changed = module.replace("export default", `CATALOGUE.parts[${JSON.stringify(name)}].source = ${JSON.stringify(source)};\\nexport default`);
  const { descend } = await import("data:text/javascript;base64," + Buffer.from(changed).toString("base64"));
  answers.push(descend(rule, problem, { start: problem.name.includes("Ravine") ? [1, 1] : [0.5, 0.25], steps: 2 }).x.at(-1));
}
console.log(JSON.stringify(answers));
"""
STANDS = {
    "rule": "{ init: () => [], look: null, step: () => [7, 3, []], whole: false }",
    "schedule": "() => 5",
    "problem": "{ f: () => 11, grad: () => [2, 4], minimum: null }",
}


def test_what_the_page_runs_is_what_the_catalogue_says():
    sgd, ravine, wanted, cases = {"name": "SGD", "lr": 1.0}, {"name": "problems.Ravine", "condition": 1.0}, [], []
    for name in RULES:
        cases.append({"name": name, "source": STANDS["rule"], "rule": to_json(first(name)), "problem": ravine})
        wanted.append([1 - 42, 1 - 42])
    for name in SCHEDULES:
        cases.append({"name": name, "source": STANDS["schedule"], "rule": sgd | {"lr": to_json(first(name))}, "problem": ravine})
        wanted.append([16, 16])  # x ← x − 5 x, twice
    for name in PROBLEMS:
        cases.append({"name": name, "source": STANDS["problem"], "rule": sgd, "problem": to_json(first(name))})
        start = 1 if "Ravine" in name else 0.5
        wanted.append([start - 4, (start if "Ravine" in name else 0.25) - 8])
    told = subprocess.run([NODE, "--input-type=module", "-e", REPLACED], input=f"{json.dumps(cases)}\n{View._esm}", capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == wanted
