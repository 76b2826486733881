"""What this folder's readers raise for a file that cannot be read, beside what Pillow raises."""

from __future__ import annotations


class Unsupported(ValueError):
    """A file of a kind that cannot be read: `kind` names it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Truncated(ValueError):
    """`share` of the picture is missing, 0 to 1; None if nobody can tell."""

    def __init__(self, share: float | None) -> None:
        super().__init__(share)
        self.share = share
