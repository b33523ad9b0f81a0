"""`python -m adaptive_lr …` is `adaptive-lr …`."""

import sys

from .cli import main

sys.exit(main())
