"""A painting as the media of a message: a photo, a file or a clip."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace

from telegram import InputMediaAnimation, InputMediaDocument, InputMediaPhoto, InputMediaVideo

from bot.chat.message_editor import MediaFile
from bot.storage.models import Job
from styler.events import ClipCheckpoint, Result
from styler.image.codec import decode, encode, resize, scaled
from styler.settings import Format

PNG = b"\x89PNG"  # how the file of one begins
# What Telegram takes from a bot: bytes of a photo and of a file, and pixels of a photo's width and height together.
MOST_PHOTO, MOST_FILE, MOST_SIDES = 10 * 10**6, 50 * 10**6, 10_000
CLOSER = 0.95  # the next try is smaller by this than what should do


async def fitting(job: Job, painted: Result | ClipCheckpoint, *, local: bool) -> Result | ClipCheckpoint:
    """The painting as Telegram takes it: a still picture that is too large for a photo, or for a file, is made smaller.
    (Telegram shows photos small anyway.) A `local` server takes larger files.
    """
    if not isinstance(painted, Result) or job.clip or job.is_timelapse:
        return painted
    if job.as_file:
        return painted if local else await asyncio.to_thread(_reduced, painted, MOST_FILE, math.inf)
    return await asyncio.to_thread(_reduced, painted, MOST_PHOTO, MOST_SIDES)


def _reduced(painted: Result, most_bytes: int, most_sides: float) -> Result:
    scale = min(1.0, most_sides / (painted.width + painted.height))
    if scale == 1 and len(painted.image) <= most_bytes:
        return painted
    whole, smaller = decode(painted.image), painted
    format: Format = "png" if painted.image.startswith(PNG) else "jpeg"
    while smaller is painted or len(smaller.image) > most_bytes:
        scale *= CLOSER * min(1.0, math.sqrt(most_bytes / len(smaller.image)))
        width, height = scaled(painted.width, painted.height, scale)
        alpha = None if whole.alpha is None else resize(whole.alpha, width, height)
        image = encode(resize(whole.pixels, width, height), format, alpha)
        smaller = replace(painted, image=image, width=width, height=height)
    return smaller


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
