"""What people may choose about their paintings, and the settings of the jobs that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.storage.models import Job, Photo
from styler.settings import STRENGTHS, Settings

SIZES = (512, 768, 1024, 1536, 2048, 3072, 4096)  # long edges, in pixels
PHOTO_EDGE = 1280  # Telegram shows photos no larger; a larger painting comes as a file
TOLD = ("strength", "keep_colors")
USUALLY = ("size", "strength", "keep_colors")  # what a person may choose for all paintings to come

# How the buttons of a finished painting name a change, beside the strengths and the sizes.
FILE, FILM, OWN_COLORS, NEW_COLORS = "file", "film", "own-colors", "new-colors"
MORE = ("more-first", "more-second")  # of a blend
BLENDS = (0.85, 0.7, 0.5, 0.3, 0.15)  # the share of the first of two paintings, step by step


@dataclass(frozen=True)
class PaintOptions:
    """`usual` is what the operator chose, `largest` the long edge that nothing may exceed, and `clips` how moving
    pictures are painted.
    """

    usual: Settings
    largest: int
    clips: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sizes(self) -> list[int]:
        """All sizes on offer, the smallest first; the usual one and the largest are among them."""
        return sorted({self.usual.size, self.largest, *(s for s in SIZES if self.usual.size < s < self.largest)})

    @property
    def photo_sizes(self) -> list[int]:
        return [size for size in self.sizes if size <= max(PHOTO_EDGE, self.usual.size)]

    @property
    def clip_seconds(self) -> float:
        return float(self.clips.get("max_seconds", self.usual.max_seconds))

    def size_of(self, job: Job) -> int:
        return int(job.settings.get("size", self.usual.size))

    def larger(self, job: Job) -> int | None:
        """The next size; None for the largest, for a clip, and for a file, which has its own size already."""
        if job.clip or job.keeps_photo_size:
            return None
        return next((size for size in self.sizes if size > self.size_of(job)), None)

    def new(self, photo: Photo, person: Mapping[str, Any], wishes: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a new job: what the person usually wants, replaced by what they wish this time. A file comes
        back as a file, at its own size. For clips, people cannot choose a size.

        What a painting's caption and buttons tell is among them also where the operator chose it.
        """
        told = {name: getattr(self.usual, name) for name in TOLD}
        here = {name: value for name, value in told.items() if value != getattr(Settings, name)}
        usually = {name: value for name, value in person.items() if name in USUALLY}
        settings = {**here, **usually, **wishes}
        if photo.clip:
            return {**settings, **self.clips}
        if photo.format:
            return {**settings, "size": self.largest, "enlarge": False, "format": photo.format}
        return {**settings, "size": min(settings["size"], self.largest)} if "size" in settings else settings

    def changed(self, job: Job, change: str) -> dict[str, Any] | None:
        """The settings of a new job that differs from this one by the change; None if there is no such change."""
        if change in STRENGTHS:
            return {**job.settings, "strength": change}
        if change in (OWN_COLORS, NEW_COLORS):
            return {**job.settings, "keep_colors": change == OWN_COLORS}
        if change in MORE:
            step = next_blend(job, change)
            return None if step is None else {**job.settings, **blend(step)}
        if change in (FILE, FILM) and not job.clip:
            return _as_file(job) if change == FILE else _as_film(job)
        if change.isdecimal() and int(change) in self.sizes and not (job.clip or job.keeps_photo_size):
            as_file = {"format": "png"} if int(change) > PHOTO_EDGE else {}
            return {**job.settings, **as_file, "size": int(change)}
        return None

    def usually(self, name: str, word: str) -> Any:
        """The value that a button's `word` means for one of `USUALLY`; None if it is what the operator chose anyway.

        Raises `ValueError` if it may not be chosen.
        """
        allowed: dict[str, Mapping[str, Any]] = {
            "size": {str(size): size for size in self.photo_sizes},
            "strength": {strength: strength for strength in STRENGTHS},
            "keep_colors": {OWN_COLORS: True, NEW_COLORS: False},
        }
        if word not in allowed.get(name, {}):
            raise ValueError(f"{name} cannot be {word}")
        value = allowed[name][word]
        return None if value == getattr(self.usual, name) else value


def _as_file(job: Job) -> dict[str, Any]:
    return {**job.settings, "format": "png"}


def _as_film(job: Job) -> dict[str, Any]:
    return {name: value for name, value in job.settings.items() if name != "format"} | {"timelapse": True}


def blend(step: int) -> dict[str, Any]:
    """The settings for a blend at this step between its two paintings."""
    return {"style_blend": [BLENDS[step], round(1 - BLENDS[step], 2)]}


def next_blend(job: Job, change: str) -> int | None:
    """The next step with more of the first or of the second painting of a blend; None if there is none."""
    if len(job.style.styles) != 2:
        return None
    now = min(range(len(BLENDS)), key=lambda step: abs(BLENDS[step] - job.weights[0]))
    step = now - 1 if change == MORE[0] else now + 1
    return step if 0 <= step < len(BLENDS) else None
