"""`NormExplorer`: the ball of the Lp norm through a point, and its norm as p goes from 1 to ∞, summed as it is written and scaled."""

from __future__ import annotations

import inspect
import math
from bisect import bisect
from dataclasses import asdict

import numpy as np
import traitlets as T
from matplotlib.figure import Figure

from ..norms import max_norm, power_sum, power_sum_norm, scaled_norm
from .fields import Field, checked_number, described, is_number
from .looks import LOOKS
from .still import as_svg, in_noscript
from .tracer import Coordinates, JavaScript, Symbol
from .view import View
from .widget import Setting

P = Field("power p", 0, 3, log=True, least=1, most=1000)
SCALE = Field("scale 10ˢ", -200, 200, whole=True, least=-200, most=200)
REACH = 5.0  # of the coordinates, each way


def norm_to_js(norm) -> str:
    """A JavaScript function (x, p) => norm(x, p), or norm(x), for x = [x₁, x₂]."""
    program = JavaScript()
    arguments = Coordinates([Symbol(f"x[{k}]", program) for k in (0, 1)], program), Symbol("p", program)
    norm = inspect.unwrap(norm)
    return program.function("x, p", program.text(norm(*arguments[: len(inspect.signature(norm).parameters)])))


def largest_decade(x, p):
    """The power of ten that the largest term of Σ |xᵢ|ᵖ is, so that it can be told where the term itself overflows."""
    return p * np.log(np.max(np.abs(x), axis=-1)) / np.log(10)


FUNCTIONS = {"sum": power_sum, "written": power_sum_norm, "scaled": scaled_norm, "largest": max_norm, "decade": largest_decade}


def _point(_, value) -> tuple[float, float]:
    point = tuple(value) if isinstance(value, (tuple, list, np.ndarray)) else ()
    if len(point) != 2 or not all(is_number(each) and abs(each) <= REACH for each in point):
        raise ValueError(f"two numbers from −{REACH:g} to {REACH:g}, e.g. [3.0, 2.0]; `scale` makes them larger or smaller")
    return tuple(map(float, point))


def _power(_, value) -> float:
    return math.inf if isinstance(value, float) and value == math.inf else checked_number(value, P)


def _to_json(p) -> float | None:
    return None if p == math.inf else p  # JSON has no ∞


class NormExplorer(View):
    """A point to be moved, and p: the ball ‖·‖ₚ = ‖x‖ₚ through it, and ‖x‖ₚ against p, as Σ |xᵢ|ᵖ is written and scaled by the largest |xᵢ|.

    NormExplorer(x=(3.0, 2.0), p=5.0)

    x: where the point is, two numbers from −5 to 5.  p: a number from 1 to 1000, or math.inf.  scale: a whole number from −200 to 200;
    the vector whose norm is taken is 10^scale · x.  name: of this explorer in its page's address.

    x, p and scale are traits, to be read, set and observed; what cannot be raises TraitError, naming the trait, which keeps its value.
    """

    x = Setting(_point, (3.0, 2.0))
    p = Setting(_power, 2.0, to_json=lambda p, _: _to_json(p), from_json=lambda p, _: math.inf if p is None else p)
    scale = Setting(lambda _, value: checked_number(value, SCALE), 0)

    initial = T.Dict().tag(sync=True)  # what the reset button returns to
    functions = T.Dict({name: norm_to_js(norm) for name, norm in FUNCTIONS.items()}).tag(sync=True)
    fields = T.Dict({"p": described(P), "scale": described(SCALE)}).tag(sync=True)
    reach = T.Float(REACH).tag(sync=True)
    looks = T.List([asdict(look) for look in LOOKS]).tag(sync=True)

    def __init__(self, x=(3.0, 2.0), p=2.0, scale=0, *, name=""):
        super().__init__(view="norms", name=name, x=x, p=p, scale=scale)
        self.initial = {"x": self.x, "p": _to_json(self.p), "scale": self.scale}

    @property
    def vector(self) -> np.ndarray:
        """The vector whose norm is shown, 10^scale · x."""
        return np.array(self.x) * float(f"1e{self.scale}")

    def still(self) -> str:
        caption = _caption(self)
        return in_noscript(_picture(self, caption), caption, "With JavaScript on, the point, p and the scale can be moved.")


# ---------------------------------------------------------------------------------------------------------- the still picture

POWERS = np.geomspace(1, 1000, 80_001)  # neighbours differ by less than three digits show


def _caption(shown) -> str:
    vector, p = shown.vector, "∞" if shown.p == math.inf else format(shown.p, "g")
    size = f" · 10^{shown.scale}" if shown.scale else ""
    text = f"Left: the ball of p = {p} through x = ({shown.x[0]:g}, {shown.x[1]:g}){size}, and those of p = 1 (a diamond), 2 (a circle) and ∞ (a square). "
    text = text.replace("-", "−")
    largest = max_norm(vector)
    if largest == 0:
        return text + "Right: nothing, for every norm of 0 is 0."
    text += f"Right: ‖x‖ₚ as a multiple of the largest |xᵢ|: it falls from {scaled_norm(vector, 1) / largest:.3g} at p = 1 to 1"
    broken = bisect(POWERS, False, key=lambda p: not 0 < power_sum_norm(vector, p) < np.inf)
    if broken == len(POWERS):
        return f"{text}, summed as it is written and scaled."
    end = "overflows to ∞" if power_sum_norm(vector, POWERS[broken]) > 0 else "falls to 0"
    return f"{text}. Summed as it is written, Σ|xᵢ|ᵖ {end} from p = {POWERS[broken]:.3g} on; scaled by the largest |xᵢ| it does not."


def _picture(shown, caption: str) -> str:
    figure = Figure(figsize=(7.2, 3.4), layout="constrained")
    plane, chart = figure.subplots(1, 2, width_ratios=(1, 1.25))
    angles = np.linspace(0, 2 * np.pi, 721)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    for p, style in [(1, {}), (2, {}), (np.inf, {}), (shown.p, {"color": LOOKS[0].color, "linewidth": 2.2})]:
        edge = directions * (scaled_norm(shown.x, p) / scaled_norm(directions, p))[:, None]
        plane.plot(*edge.T, **{"color": "0.55", "linewidth": 0.8} | style)
    plane.plot(*shown.x, "o", color="black", markerfacecolor="none", markersize=9, markeredgewidth=2)
    reach = REACH * 1.1
    plane.set(aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach), xlabel="x₁", ylabel="x₂")

    largest = max_norm(shown.vector)
    if largest > 0:
        powers = POWERS[::200]
        chart.plot(powers, [scaled_norm(shown.vector, p) / largest for p in powers], color=LOOKS[0].color, label="scaled by the largest |xᵢ|")
        written = np.array([power_sum_norm(shown.vector, p) / largest for p in powers])
        chart.plot(powers, np.minimum(written, 9), color=LOOKS[1].color, linestyle="--", linewidth=2.2, label="as it is written")  # ∞ is above the frame
        chart.legend(frameon=False, fontsize=9)
    chart.set(xscale="log", ylim=(0, 2.3), xlabel="p", ylabel="‖x‖ₚ ÷ max |xᵢ|")
    chart.spines[["top", "right"]].set_visible(False)
    return as_svg(figure, caption)
