"""`SensitivityMap`: how far a rule gets for every learning rate and decay, problem by problem, computed when the page is built."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import numpy as np
import traitlets as T
from ipywidgets import jslink
from matplotlib import colormaps
from matplotlib.colors import ListedColormap, to_hex
from matplotlib.figure import Figure

from ..problems import Problem
from ..rule import Rule
from .catalogue import NAMES, PROBLEMS, first, from_json, name_of, to_json
from .cells import DIVERGES, LEAST, RATES, WORSE, Map, axis_of, default_decay, map_of, sensitivity
from .fields import STEPS, checked_number, field_of
from .still import as_svg, in_noscript
from .view import View
from .widget import Explorer, Setting

__all__ = ["SensitivityMap", "sensitivity"]

COLOURS = [to_hex(colormaps["viridis"](share)) for share in np.linspace(1, 0, 48)]  # bright where the gap is small
FAINTEST = 1e-8  # whatever is closer to the minimum has the brightest colour
LINKED = ("rule", "problem", "start", "steps", "noise", "update")  # what makes a run, as `Explorer` has it


def _part(kind):
    def check(_, value):
        if not isinstance(value, kind):
            raise ValueError(f"an instance of a {kind.__name__}")
        return value

    return Setting(check, None, to_json=lambda part, _: to_json(part), from_json=lambda told, of: from_json(told, of.classes))


class SensitivityMap(View):
    """The final loss over learning rate × decay as a picture. A cell that is picked is run by the explorer that is linked.

    SensitivityMap(Adam(), explorer=explorer)

    rule: a rule, or several to choose from; the fields that are not mapped hold.  problems: of the plane, all six if none are given.
    decay: the field on the second axis, beta2, else beta if none is given. AdaGrad, which has neither, is mapped over eps; SGD, which has no
    field but lr, over the number of updates, "steps".  steps: of every run, 1 … 500.
    explorer: an `Explorer` of the plane, which then runs what the reader picks. In the page the two hold the same run, at first the explorer's.
    name: of this map in its page, its anchor.

    rule, problem, start and steps are traits: the run picked last, or the explorer's.
    Raises ValueError, naming the argument.
    """

    rule, problem = _part(Rule), _part(Problem)
    start = T.Tuple(T.Float(), T.Float(), default_value=(0.0, 0.0)).tag(sync=True)
    steps = T.Int().tag(sync=True)
    noise = T.Float().tag(sync=True)
    update = T.Int(None, allow_none=True).tag(sync=True)

    maps = T.Dict().tag(sync=True)  # all that the picture is made of

    def __init__(self, rule, problems=None, decay=None, steps=100, explorer=None, *, name=""):
        self.rules, self.problems = _rules(rule), _problems(problems)
        self.updates = _steps(steps)
        self.axes = [axis_of(each, decay or default_decay(each), self.updates) for each in self.rules]
        self.classes: dict[str, type] = {} if explorer is None else _knowing(explorer, [*self.rules, *self.problems]).classes
        self.classes |= {name_of(type(part)): type(part) for part in (*self.rules, *self.problems) if type(part) not in NAMES}
        self.table = [[map_of(each, problem, axis, self.updates) for problem in self.problems] for each, axis in zip(self.rules, self.axes)]
        run = explorer or Run(self.rules[0], self.problems[0], self.problems[0].start, self.updates)
        super().__init__(view="map", name=name, maps=self._told() | {"linked": explorer is not None}, **{trait: getattr(run, trait) for trait in LINKED})
        if explorer is not None:
            for trait in LINKED:
                jslink((explorer, trait), (self, trait))

    def _told(self) -> dict:
        rules = [
            {
                "part": to_json(rule),
                "symbols": _symbols(rule),
                "axis": asdict(axis) | {"symbol": axis.symbol},
                "maps": [{"cells": each.cells(), "best": each.best, "near": each.near} for each in row],
            }
            for rule, axis, row in zip(self.rules, self.axes, self.table)
        ]
        problems = [
            {"part": to_json(problem), "start": [float(x) for x in problem.start], "first": each.start, "lowest": self._lowest(k)}
            for k, (problem, each) in enumerate(zip(self.problems, self.table[0]))
        ]
        codes = {"least": LEAST, "faintest": FAINTEST, "worse": WORSE, "diverges": DIVERGES}
        rates = asdict(RATES) | {"symbol": RATES.symbol}
        return {"rates": rates, "updates": self.updates, "rules": rules, "problems": problems, "codes": codes, "colours": COLOURS}

    def _lowest(self, k) -> float:
        """Where the colours of a problem begin: the same for all rules, which can then be compared."""
        return _floor(min(row[k].gaps.min() for row in self.table), self.table[0][k].start)

    def still(self) -> str:
        caption = _caption(self)
        return in_noscript(_picture(self, caption), caption, "With JavaScript on, every cell can be read.")


@dataclass
class Run:
    """What a map begins with where there is no explorer."""

    rule: Rule
    problem: Problem
    start: tuple[float, float]
    steps: int
    noise: float = 0.0
    update: int | None = None


def _floor(smallest, start) -> float:
    """The power of ten at or below the smallest gap, from FAINTEST to a tenth of the start."""
    return float(f"1e{math.floor(math.log10(min(max(smallest, FAINTEST), start / 10)) + 1e-9)}")


def _symbols(rule) -> dict[str, str]:
    values = {field.name: getattr(rule, field.name) for field in fields(rule)} | {"lr": 1.0}  # whatever it is: its field is known
    return {name: field_of(type(rule), name, value).label.rpartition(" ")[2] for name, value in values.items()}


# ------------------------------------------------------------------------------------------------------------- arguments


def _rules(asked) -> tuple[Rule, ...]:
    rules = tuple(asked) if isinstance(asked, Iterable) else (asked,)
    if not rules or not all(isinstance(each, Rule) for each in rules):
        raise ValueError(f"rule = {asked!r}: an instance of a rule, e.g. Adam(), or a list of them")
    return tuple(_told("rule", each) for each in rules)


def _problems(asked) -> tuple[Problem, ...]:
    if asked is None:
        return tuple(first(name) for name, cls in PROBLEMS.items() if cls.bounds is not None)
    problems = tuple(asked) if isinstance(asked, Iterable) else (asked,)
    if not problems or not all(isinstance(each, Problem) and each.bounds is not None and each.minimum is not None for each in problems):
        raise ValueError(f"problems = {asked!r}: problems of the plane whose minimum is known, e.g. [problems.ravine]")
    return tuple(_told("problems", each) for each in problems)


def _told(argument, part):
    """The part, if the page can be told of it."""
    try:
        to_json(part)
    except ValueError as error:
        raise ValueError(f"{argument} = {part!r}: {error}") from None
    return part


def _steps(value) -> int:
    try:
        return checked_number(value, STEPS)
    except ValueError as error:
        raise ValueError(f"steps = {value!r}: {error}") from None


def _knowing(explorer, parts) -> Explorer:
    """The explorer, if it can run all of them."""
    if not isinstance(explorer, Explorer) or explorer.problem.bounds is None:
        raise ValueError(f"explorer = {explorer!r}: an Explorer of a problem of the plane")
    for part in parts:
        explorer.know(part)
    return explorer


# ------------------------------------------------------------------------------------------------------ the still picture


def _caption(shown: SensitivityMap) -> str:
    axis = shown.axes[0]
    after = f" after {shown.updates} updates" if axis.name != "steps" else ""
    said = " ".join(_said(type(problem).__name__, each, axis) for problem, each in zip(shown.problems, shown.table[0]))
    return (
        f"{type(shown.rules[0]).__name__}: the loss above the minimum{after}, for each {RATES.label}, from left to right, and {axis.label}, upwards. "
        "Bright is near the minimum; hatched runs end above the start or diverge; a star marks the best. "
        f"The best of each problem, and how many of its runs end below a thousandth of the first loss: {said}"
    )


def _said(name, each: Map, axis) -> str:
    if each.best is None:
        return f"{name}, no run ends below the start."
    row, column = each.best
    gap = max(each.gaps[row, column], LEAST)
    return f"{name}, {gap:.2g} at {RATES.symbol} = {RATES.values[column]:g} and {axis.symbol} = {axis.values[row]:g}, {each.near / each.gaps.size:.0%}."


def _picture(shown: SensitivityMap, caption: str) -> str:
    """The first rule on every problem, by matplotlib."""
    axis, row = shown.axes[0], shown.table[0]
    across = min(3, len(row))
    down = -(-len(row) // across)
    figure = Figure(figsize=(2.6 * across + 1, 2.4 * down + 0.3), layout="constrained")
    panels = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).flat
    ends = np.log10([_floor(min(each.gaps.min() for each in row), row[0].start), max(each.start for each in row)])
    for k, (ax, problem, each) in enumerate(zip(panels, shown.problems, row)):
        good = np.where(each.gaps <= each.start, np.clip(np.log10(np.maximum(each.gaps, LEAST)), *ends), np.nan)
        image = ax.imshow(good, ListedColormap(COLOURS), vmin=ends[0], vmax=ends[1], origin="lower", aspect="auto", interpolation="none")
        ax.contourf(np.isnan(good), levels=[0.5, 1.5], hatches=["////"], colors="none")
        if each.best:
            ax.plot(*each.best[::-1], "*", color="white", markeredgecolor="black", markersize=11)
        ax.set_title(type(problem).__name__, fontsize=10)
        ax.tick_params(labelbottom=k + across >= len(row))
    for ax in panels[len(row) :]:
        ax.set_visible(False)
    ticks = axis.ticks[::-1][:: 1 + len(axis.ticks) // 7]
    panels[0].set_xticks([RATES.values.index(tick) for tick in RATES.ticks[::2]], [f"{tick:g}" for tick in RATES.ticks[::2]])
    panels[0].set_yticks([axis.values.index(tick) for tick in ticks], [f"{tick:g}" for tick in ticks])
    figure.supxlabel(RATES.label, fontsize=10)
    figure.supylabel(axis.label, fontsize=10)
    scale = figure.colorbar(image, ax=list(panels), label="log₁₀ of the loss above the minimum", shrink=0.8)
    scale.solids.set_edgecolor("face")  # or the page shows through between the colours
    return as_svg(figure, caption)
