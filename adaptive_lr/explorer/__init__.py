"""The explorer: sliders over a descent, computed in the page by the package's own rules (printed as JavaScript)."""

from .widget import Explorer

__all__ = ["Explorer"]
