"""Explorers: descents computed in the page by the package's own rules, printed as JavaScript. `ideas` holds those that show one thing each."""

from . import ideas
from .norms import NormExplorer
from .sensitivity import SensitivityMap
from .widget import Explorer

__all__ = ["Explorer", "NormExplorer", "SensitivityMap", "ideas"]
