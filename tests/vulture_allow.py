"""Names that look unused to vulture and are not; each with the reader that vulture cannot see.

Not imported by anything. Write an attribute access on `_`, with the reason beside it.
"""

from types import SimpleNamespace

_ = SimpleNamespace()
