"""What all views of the page share: one module of JavaScript, which holds the catalogue and draws whatever `view` names."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets as T
from IPython.display import HTML, display

from .catalogue import printed_catalogue

HERE = Path(__file__).parent
MODULE = (  # joined in this order into one
    *("run.js", "words.js", "python.js", "contours.js", "drawing.js", "plane.js", "charts.js", "controls.js", "groups.js", "player.js", "foot.js"),
    *("address.js", "stage.js", "descent.js", "norms.js", "map.js", "view.js"),
)


class View(anywidget.AnyWidget):
    """A picture in the page, with its controls. Everything runs there; where there is a kernel, Python reads and sets the same traits."""

    _esm = "\n".join([printed_catalogue(), *((HERE / name).read_text(encoding="utf-8") for name in MODULE)])
    _css = (HERE / "view.css").read_text(encoding="utf-8")
    view = T.Unicode().tag(sync=True)  # which of view.js's pictures this is
    name = T.Unicode().tag(sync=True)  # of the view in its page: its anchor, and the beginning of its settings in the page's address

    def still(self) -> str:
        """HTML that stands for the view where JavaScript is off: a picture in a <noscript>, with its caption."""
        raise NotImplementedError

    def _ipython_display_(self):
        display(HTML(self.still()))
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
