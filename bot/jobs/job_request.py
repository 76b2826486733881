"""What a user asks for, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.i18n import texts
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Job, JobStatus, Photo
from bot.storage.styles import Blend, CustomStyle


@dataclass(frozen=True)
class JobRequest:
    """A job for each of these photos, in this style.

    A single photo becomes a painting in the message `message_id`, or in a new one if that is None. Several become
    paintings in an album, whose buttons are there. `key` is the idempotency key: a second request with
    the same key creates no job.
    """

    photos: Sequence[Photo]
    style: Blend
    key: IdempotencyKey
    message_id: int | None = None
    reuse_message: bool = False  # no job where that message shows another one already, or is gone
    in_album: bool = False  # one photo of an album, whose others come by requests of their own
    others: int = 0  # photos that were asked for together with these, and come by requests after this one
    overrides: Mapping[str, Any] = field(default_factory=dict)  # settings over the user's preferences
    settings: Mapping[str, Any] | None = None  # those of an earlier job, instead of both

    @classmethod
    def changed(cls, job: Job, photo: Photo, key: IdempotencyKey, settings: Mapping[str, Any]) -> JobRequest:
        """The picture of an earlier job, painted with other settings, or beside its painting. Its message may show
        another picture by now.
        """
        painted = replace(photo, file_id=job.file_id, clip=job.clip)
        compared = settings.get("compare") and job.result_file_id
        style = Blend.of(CustomStyle(compared)) if compared else job.style
        return cls([painted], style, key, settings=settings)

    def apart(self) -> list[JobRequest]:
        """A request for each of the photos."""
        return [replace(self, photos=[photo], key=self.key.for_photo(n)) for n, photo in enumerate(self.photos)]

    @property
    def control_message_id(self) -> int | None:
        """The message with the buttons, if the jobs are those of an album."""
        return self.message_id if self.in_album or len(self.photos) > 1 else None


@dataclass
class EnqueueResult:
    """New jobs, the statuses of those that the same request had made before, and why the queue took no more."""

    jobs: list[Job] = field(default_factory=list)
    existing: list[JobStatus] = field(default_factory=list)
    refused: str = ""

    @property
    def accepted(self) -> bool:
        """Some of the photos have a job now, new or not."""
        return bool(self.jobs or self.existing)

    def answer(self, request: JobRequest) -> str | None:
        """What to answer to a press; None if its message will tell."""
        if self.refused or self.jobs:
            return self.refused or None
        done = JobStatus.DONE in self.existing and not request.message_id
        return texts.painted_already() if done else texts.already()
