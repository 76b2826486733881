"""A painting as the media of a message: a photo, a file or a clip."""

from __future__ import annotations

from telegram import InputMediaAnimation, InputMediaDocument, InputMediaVideo

from bot.chat.message_editor import MediaFile
from bot.storage.models import Job
from styler.events import ClipCheckpoint, Result

PNG = b"\x89PNG"  # how the file of one begins


def media_of(job: Job, painted: Result | ClipCheckpoint, caption: str) -> MediaFile:
    """What the message of a painting shows."""
    if job.clip or job.is_film:
        return clip_media(job, painted, caption)
    return _document(job, painted, caption) if job.as_file else painted.image


def clip_media(job: Job, painted: Result | ClipCheckpoint, caption: str) -> InputMediaAnimation | InputMediaVideo:
    """A clip, finished or not, or a film. A message cannot become a round video: it shows that as an animation."""
    width, height, name = painted.width, painted.height, "painting.mp4"
    if job.clip == "video":
        return InputMediaVideo(
            painted.image, width=width, height=height, caption=caption, filename=name, supports_streaming=True
        )
    return InputMediaAnimation(painted.image, width=width, height=height, caption=caption, filename=name)


def _document(job: Job, painted: Result | ClipCheckpoint, caption: str) -> InputMediaDocument:
    ending = "png" if painted.image.startswith(PNG) else "jpg"
    name = "painting" if job.style.has_custom else str(job.style)
    return InputMediaDocument(painted.image, caption=caption, filename=f"{name}.{ending}")
