"""What users may choose about their paintings, and the settings of the jobs that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.storage.models import ClipKind, Job, Photo, PhotoFormat
from styler.settings import STRENGTHS, Settings, Strength

SIZES = (512, 768, 1024, 1536, 2048, 3072, 4096)  # long edges, in pixels
PHOTO_EDGE = 1280  # Telegram shows photos no larger; a larger painting comes as a file
CAPTIONED = ("strength", "keep_colors")  # settings that captions and buttons tell
LARGER = "larger"  # among what somebody asks for: the next size
MORE_OF = "more of"  # among the same: one of `MORE`
STEPS = "steps of strength"  # among the same: so many more than it has; below 0, less
AS_FILE: Mapping[str, Any] = {"format": "png"}
PREFERENCES = ("size", "strength", "keep_colors")  # what a user may choose for all paintings to come

# How the buttons of a finished painting name a change, beside the strengths and the sizes. Old messages have such
# buttons, so a name that is in use stays.
FILE, TIMELAPSE, COMPARE, OWN_COLORS, NEW_COLORS = "file", "film", "compare", "own-colors", "new-colors"
MORE = ("more-first", "more-second")  # of a blend
BLENDS = (0.85, 0.7, 0.5, 0.3, 0.15)  # the share of the first of two paintings, step by step


@dataclass(frozen=True)
class PaintOptions:
    """`defaults` are the operator's settings, `largest` is the long edge in pixels that nothing may exceed, and `clips`
    the settings of moving pictures.
    """

    defaults: Settings
    largest: int
    clips: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sizes(self) -> list[int]:
        """All sizes on offer, the smallest first; the default and the largest are among them."""
        return sorted({self.defaults.size, self.largest, *(s for s in SIZES if self.defaults.size < s < self.largest)})

    @property
    def photo_sizes(self) -> list[int]:
        """The sizes of paintings that come as photos, not as files."""
        return [size for size in self.sizes if size <= max(PHOTO_EDGE, self.defaults.size)]

    @property
    def clip_seconds(self) -> float:
        """The most seconds of a clip that are painted."""
        return float(self.clips.get("max_seconds", self.defaults.max_seconds))

    def size_of(self, job: Job) -> int:
        """The long edge of the job's painting, in pixels."""
        return int(job.settings.get("size", self.defaults.size))

    def larger(self, job: Job) -> int | None:
        """The next size; None for the largest, for a clip, and for a file, which has its own size already."""
        if job.clip or job.keeps_photo_size:
            return None
        return self._next_size(self.size_of(job))

    def _next_size(self, size: int) -> int | None:
        return next((larger for larger in self.sizes if larger > size), None)

    def _sized(self, size: int) -> dict[str, Any]:
        return {**(AS_FILE if size > PHOTO_EDGE else {}), "size": size}

    def settings_for(
        self, photo: Photo, preferences: Mapping[str, Any], overrides: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The settings of a new job: the user's preferences, replaced by what they ask for this time, first under the
        photo. A file comes back as a file, at its own size. For clips, users cannot choose a size.

        What a painting's caption and buttons tell is among them also where the operator chose it. `LARGER` is the size
        above the one that it had otherwise, and `STEPS` go from the strength that it had.
        """
        captioned = {name: getattr(self.defaults, name) for name in CAPTIONED}
        by_operator = {name: value for name, value in captioned.items() if value != getattr(Settings, name)}
        preferred = {name: value for name, value in preferences.items() if name in PREFERENCES}
        wishes = {name: value for name, value in photo.wishes.items() if name != STEPS or "strength" not in overrides}
        settings = {**by_operator, **preferred, **wishes, **overrides}
        larger, steps = settings.pop(LARGER, False), settings.pop(STEPS, 0)
        if steps:
            settings["strength"] = _stepped(settings.get("strength", self.defaults.strength), steps)
        if photo.clip:
            # What was sent together as files, or is asked for as such, can only come back together as files.
            format = photo.format or ("mp4" if settings.pop("format", None) and photo.media_group_id else None)
            return {**settings, **self.clips, **({"format": format} if format else {})}
        if photo.format:
            return {**settings, **self._as_file(photo.format)}
        if larger:
            size = min(settings.get("size", self.defaults.size), self.largest)
            settings |= self._sized(self._next_size(size) or size)
        return {**settings, "size": min(settings["size"], self.largest)} if "size" in settings else settings

    @staticmethod
    def for_album(job: Job) -> dict[str, Any]:
        """What of a job's settings counts for the others of its album, too. A clip has its own size and format."""
        shared = CAPTIONED if job.clip else (*CAPTIONED, "size", "format")
        settings = {name: job.settings[name] for name in shared if name in job.settings}
        return {**settings, **AS_FILE} if job.clip and job.as_file else settings

    def as_found(self, job: Job, clip: ClipKind | None) -> dict[str, Any]:
        """The settings of a job whose file, by its bytes, is a clip of that kind, or after all none."""
        instead = {**self._as_file("png"), **self.clips}
        settings = {name: value for name, value in job.settings.items() if name not in instead}
        if not clip:
            return {**settings, **self._as_file("png")}
        in_album = {"format": "mp4"} if job.control_message_id else {}
        return {**settings, **self.clips, **in_album}

    def _as_file(self, format: PhotoFormat) -> dict[str, Any]:
        return {"size": self.largest, "enlarge": False, "format": format}

    def changed(self, job: Job, change: str) -> dict[str, Any] | None:
        """The settings of a new job that differs from this one by the change; None if there is no such change."""
        if change in STRENGTHS:
            return {**job.settings, "strength": change}
        if change in (OWN_COLORS, NEW_COLORS):
            return {**job.settings, "keep_colors": change == OWN_COLORS}
        if change in MORE:
            step = next_blend(job, change)
            return None if step is None else {**job.settings, **blend_settings(step)}
        if change in (FILE, TIMELAPSE, COMPARE) and not job.clip:
            return _shown_otherwise(job, change)
        if change.isdecimal() and int(change) in self.sizes and not (job.clip or job.keeps_photo_size):
            return {**job.settings, **self._sized(int(change))}
        return None

    def wished(self, job: Job, wishes: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of the job with what somebody wishes otherwise, as far as it can be: those of the job itself if
        nothing can, or all is so already.
        """
        steps = {"strength": _stepped(job.strength, wishes[STEPS])} if STEPS in wishes else {}
        wished = {**wishes, **steps}
        changes = {name: wished[name] for name in CAPTIONED if name in wished and wished[name] != getattr(job, name)}
        if LARGER in wishes and (size := self.larger(job)):
            changes |= self._sized(size)
        if MORE_OF in wishes and (step := next_blend(job, wishes[MORE_OF])) is not None:
            changes |= blend_settings(step)
        if "format" in wishes and not job.clip and not job.as_file:
            changes |= AS_FILE
        return {**job.settings, **changes}

    def parse_preference(self, name: str, word: str) -> Any:
        """The value that a button's `word` means for one of `PREFERENCES`; None if it is the default anyway.

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
        return None if value == getattr(self.defaults, name) else value


def _stepped(strength: Strength, steps: int) -> Strength:
    """So many steps stronger, as far as there are more."""
    return STRENGTHS[min(max(STRENGTHS.index(strength) + steps, 0), len(STRENGTHS) - 1)]


def _shown_otherwise(job: Job, change: str) -> dict[str, Any] | None:
    """A timelapse shows how it is painted once more; a comparison, the painting that was delivered."""
    if change == FILE:
        return {**job.settings, **AS_FILE}
    if change == TIMELAPSE:
        return {name: value for name, value in job.settings.items() if name != "format"} | {"timelapse": True}
    return {"compare": True} if job.result_file_id else None


def blend_settings(step: int) -> dict[str, Any]:
    """The settings for a blend at this step between its two paintings."""
    return {"style_blend": [BLENDS[step], round(1 - BLENDS[step], 2)]}


def next_blend(job: Job, change: str) -> int | None:
    """The next step with more of the first or of the second painting of a blend; None if there is none."""
    if len(job.style.styles) != 2:
        return None
    now = min(range(len(BLENDS)), key=lambda step: abs(BLENDS[step] - job.weights[0]))
    step = now - 1 if change == MORE[0] else now + 1
    return step if 0 <= step < len(BLENDS) else None
