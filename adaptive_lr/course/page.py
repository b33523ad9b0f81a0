"""What the first cell of every chapter asks for: the house's figures, numbers for the prose, tables, verdicts.

from adaptive_lr.course.page import table, tell, verdict
"""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Markdown
from matplotlib_inline.backend_inline import set_matplotlib_formats
from myst_nb import glue

from .. import claims, plots

RECORDED = Path("../tests/oracles/recorded.npz")  # a page runs in its folder, book/

set_matplotlib_formats("svg")
plt.rcParams.update(plots.STYLE)


def tell(**numbers) -> None:
    """Make computed numbers available to the prose as {glue:text}`name`, so that no number there is typed; a_b is told as a-b."""
    for name, value in numbers.items():
        glue(name.replace("_", "-"), value, display=False)


def table(*rows) -> Markdown:
    """A table: the first row names the columns."""
    head, *body = ([str(cell) for cell in row] for row in rows)
    return Markdown("\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body)))


def verdict(finding: claims.Finding) -> Markdown:
    """What a trial came to, with its evidence."""
    return Markdown(f"**Verdict:** {finding}")


def versions() -> dict[str, str]:
    """The libraries whose trajectories were recorded, by name: the version that ran, two numbers of it."""
    records = json.loads(str(np.load(RECORDED)["records"]))
    return {record["library"]: ".".join(record["version"].split("+")[0].split(".")[:2]) for record in records}
