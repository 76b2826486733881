"""What the bot says of a job: its style, its progress, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.gallery import Gallery
from bot.i18n import texts
from bot.options import PaintOptions
from bot.storage.models import Job
from styler.events import ClipCheckpoint, Progress, Result


@dataclass(frozen=True)
class JobCaptions:
    """Captions in the current language."""

    gallery: Gallery
    options: PaintOptions

    def describe(self, job: Job) -> str:
        """The job's styles and its strength, in one line."""
        if job.is_comparison:
            return texts.before_and_after()
        return texts.how(self.gallery.styles(job), job.weights, job.strength)

    def labels(self, job: Job) -> list[str]:
        """The short names of its styles."""
        if job.is_comparison:
            return [texts.before_and_after()]
        return [texts.label(style) if style else texts.style_name(None) for style in self.gallery.styles(job)]

    def short_label(self, job: Job) -> str:
        """The name for a button: of a blend only the first, as there is no room for more."""
        first, *others = self.labels(job)
        return f"{first} + …" if others else first

    def queued(self, job: Job, position: int | None, seconds: float | None) -> str:
        """The position of a queued job and its estimated wait; without a position, it starts at any moment."""
        style = self.describe(job)
        return texts.queued(style, position, seconds) if position else texts.starting(style)

    def progress(self, job: Job, progress: Progress | None) -> str:
        """How far a painting is; without progress, its painter is not warm yet."""
        style = self.describe(job)
        if progress is None:
            return texts.warming(style)
        if job.clip:
            return texts.progress_of_clip(style, progress.step, progress.steps, progress.seconds_left)
        return texts.progress(style, progress.share, progress.seconds_left)

    def finished(self, job: Job, notes: Sequence[str] = ()) -> str:
        """The caption of a finished painting."""
        return texts.done(self.describe(job), self.gallery.styles(job), notes)

    def delivered(self, job: Job, painted: Result | ClipCheckpoint) -> str:
        """The caption of a finished painting, with notes about its size and colours; or of what shows it otherwise."""
        if job.is_comparison:
            return texts.before_and_after()
        if job.is_timelapse:
            return texts.timelapse(self.describe(job))
        return self.finished(job, self._notes(job, painted))

    def _notes(self, job: Job, painted: Result | ClipCheckpoint) -> list[str]:
        notes = [texts.in_own_colors()] if job.keep_colors else []
        notes += [texts.stopped_after(painted.frames)] if isinstance(painted, ClipCheckpoint) else []
        size, largest = max(painted.width, painted.height), self.options.largest
        if job.downscaled:
            notes.append(texts.downscaled(size))
        elif job.as_file and isinstance(painted, Result):
            notes.append(texts.dimensions(painted.width, painted.height))
            if job.keeps_photo_size and size < max(painted.photo_width, painted.photo_height):
                notes.append(texts.smaller_than_photo(largest, painted.photo_width, painted.photo_height))
        if self.options.defaults.size < size == largest and not job.keeps_photo_size:
            notes.append(texts.largest(size))
        return notes
