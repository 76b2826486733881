"""Which frames of a clip are painted, and when each of them is shown."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from styler.video.source import Survey

_FASTEST = Fraction(1, 100)  # second: browsers and players show no frame of an animated picture for so short a time,
_INSTEAD = Fraction(1, 10)  # but for this
_SLOWEST = Fraction(1, 1000)  # frames a second: a quarter of an hour for each
_SLACK = 0.5  # of a frame: so much may one come too soon, as times are rounded and cameras' clocks are not even
_EARLY = Fraction(1, 200)  # second: half of a GIF's unit. A frame that comes so little before its place takes it


def shown_for(seconds: Fraction) -> Fraction:
    """How long a frame of an animated picture is shown that asks for so many seconds."""
    return _INSTEAD if seconds <= _FASTEST else seconds


class Schedule:
    """When the frames of a clip are shown: `pts`, in units of `time_base` from the clip's start.

    What comes from `limit` (seconds) on is left out. Where there are more than `fps` frames a second (0: as many as
    there are), also for a moment, frames are chosen so that they lie on an even grid. `rate` is how many frames a
    second the file tells, or the grid has.
    """

    def __init__(self, survey: Survey, limit: float, fps: float = 0) -> None:
        self.limit, self.rate, self.time_base, self._early = limit, survey.rate, survey.time_base, Fraction(0)
        shown = sorted(time for time in survey.times if time < limit)
        if fps and _too_dense(shown, fps):
            grid = max(Fraction(fps).limit_denominator(1000), _SLOWEST)
            early = min(_EARLY * grid, Fraction(1, 4))
            if len({math.floor(time * grid + early) for time in shown}) > 1:  # else it is over before the second comes
                self.rate, self.time_base, self._early = grid, 1 / grid, early
        self.pts = sorted({self._place(time) for time in shown})
        end = min(survey.end, Fraction(limit)) if math.isfinite(limit) else survey.end
        self._end = round(end / self.time_base)

    def place(self, time: Fraction) -> int | None:
        """The pts of the frame of that time, None where it is left out for the limit."""
        return self._place(time) if time < self.limit else None

    def _place(self, time: Fraction) -> int:
        return math.floor(time / self.time_base + self._early)

    def duration(self, pts: int) -> int:
        """How long a frame is shown: until the next one, the last one for its own time. At least 1."""
        after = bisect_right(self.pts, pts)
        return max(1, (self.pts[after] if after < len(self.pts) else self._end) - pts)


def _too_dense(times: Sequence[Fraction], fps: float) -> bool:
    """Whether a frame comes sooner than it may, in a flow that is even on average: the virtual scheduling algorithm of
    ITU-T I.371, annex A.
    """
    due = 0.0
    for time in times:
        if time < due - _SLACK / fps:
            return True
        due = max(due, float(time)) + 1 / fps
    return False
