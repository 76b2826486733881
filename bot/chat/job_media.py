"""A painting as the media of a message: a photo, a file or a clip."""

from __future__ import annotations

from telegram import InputMediaAnimation, InputMediaDocument, InputMediaPhoto, InputMediaVideo

from bot.chat.message_editor import MediaFile
from bot.storage.models import Job
from styler.events import ClipCheckpoint, Result

PNG = b"\x89PNG"  # how the file of one begins


def painting_media(job: Job, painted: Result | ClipCheckpoint, caption: str) -> MediaFile:
    """What the message of a painting shows."""
    if job.as_file:
        return _document(job, painted, caption)
    return clip_media(job, painted, caption) if job.clip or job.is_timelapse else painted.image


def unpainted(job: Job) -> InputMediaDocument | InputMediaVideo | InputMediaPhoto:
    """What the user sent, in an album."""
    if job.as_file:
        return InputMediaDocument(job.file_id)
    return InputMediaVideo(job.file_id) if job.clip else InputMediaPhoto(job.file_id)


def clip_media(job: Job, painted: Result | ClipCheckpoint, caption: str) -> InputMediaAnimation | InputMediaVideo:
    """A clip, finished or not, or a timelapse. A message cannot become a round video: it shows that as an animation."""
    width, height, name = painted.width, painted.height, "painting.mp4"
    if job.clip == "video" or job.control_message_id:  # an album takes no animation
        return InputMediaVideo(
            painted.image, width=width, height=height, caption=caption, filename=name, supports_streaming=True
        )
    return InputMediaAnimation(painted.image, width=width, height=height, caption=caption, filename=name)


def _document(job: Job, painted: Result | ClipCheckpoint, caption: str) -> InputMediaDocument:
    ending = "mp4" if job.clip else "png" if painted.image.startswith(PNG) else "jpg"
    name = "painting" if job.style.has_custom else str(job.style)
    return InputMediaDocument(painted.image, caption=caption, filename=f"{name}.{ending}")
