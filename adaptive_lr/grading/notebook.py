"""What a notebook says where a cell that checks asks for a name that is not there."""

from __future__ import annotations

from IPython import get_ipython

CHECKS = {"check", "numbers"}


class Missing(NameError):
    """Shown as its message alone."""

    def _render_traceback_(self):
        return [str(self)]


def install() -> None:
    """Where this is a notebook, tell in one sentence that a name is missing in a cell that checks. All other errors look as they did."""
    if (shell := get_ipython()) is not None:
        shell.set_custom_exc((NameError,), _told)


def _told(shell, kind, error, traceback, tb_offset=None):
    place = traceback
    while place.tb_next:
        place = place.tb_next
    code = place.tb_frame.f_code
    if code.co_name != "<module>" or not CHECKS & set(code.co_names):
        shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)
    else:
        sentence = f"{error.name} is not there yet: has the cell that makes it been run, without an error, and does it have this very name?"
        sentence += " (A formula or a letter stands in quotes.) If in doubt, run the cells from the top."
        shell.showtraceback((Missing, Missing(sentence), traceback))  # still an error: nbgrader would take silence for right
    return None
