"""Doubles of what is slow in earnest."""

import asyncio
import hashlib
import io
from collections.abc import AsyncGenerator, Sequence

from PIL import Image, ImageDraw, ImageOps

from bot.executors.base import WorkerDied
from styler.events import BadImage, Event, Preview, Progress, Result, Timelapse
from styler.gallery import Painting
from styler.gallery.contact_sheet import contact_sheet, labelled
from styler.image.limits import moving
from styler.image.side_by_side import side_by_side
from styler.settings import Settings


class QuickExecutor:
    """Paints in no time: the photo's negative, with a colour that tells the style in its corner. With `keep_colors` it
    is no negative, and `strong` covers a quarter of it with the style's colour. The painting is as large as the photo,
    unless another size than 512 is asked for.

    A photo whose top left pixel is pure red takes for ever; one whose pixel is pure blue kills its painter.
    """

    def __init__(self, slots: int = 1, steps: int = 3, seconds: float = 0.0) -> None:
        self.slots = slots
        self.on_gpus = False
        self._steps = steps
        self._pause = seconds / steps

    async def paint(
        self, content: bytes, styles: Sequence[bytes], settings: Settings, checkpoint: bytes = b""
    ) -> AsyncGenerator[Event, None]:
        if settings.format == "mp4":
            from tests.support.clips import shown_again  # which loads numpy and FFmpeg, and few bots are shown clips

            for event in shown_again(content, settings, checkpoint):
                await asyncio.sleep(self._pause)
                yield event
            return
        try:
            with Image.open(io.BytesIO(content)) as image:
                photo = image.convert("RGB")
        except OSError:
            raise BadImage("unreadable", "this is no picture") from None
        red, green, blue = photo.getpixel((0, 0))
        if blue > 240 and max(red, green) < 20:
            raise WorkerDied("blue")
        if red > 240 and max(green, blue) < 20:
            yield Progress(1, 1000, 1.0, 0.001, 1000.0)
            await asyncio.Event().wait()
        for step in range(1, self._steps + 1):
            await asyncio.sleep(self._pause)
            yield Progress(step, self._steps, 1.0 / step, step / self._steps, self._pause * (self._steps - step))
            if step == 1:
                yield Preview(encode(photo), *photo.size)
        if settings.compare:
            yield side_by_side(content, styles[0])
            return
        result = painted(sized(photo, settings), styles, settings)
        if settings.timelapse:
            from tests.support.clips import clip

            yield Timelapse(clip(), 96, 64)
        yield Result(encode(result, settings.format.upper()), *result.size, 1.0, *photo.size)

    async def paint_sheet(
        self, content: bytes, paintings: Sequence[Painting], labels: Sequence[str], settings: Settings
    ) -> bytes | None:
        """The photo's negative for each painting, none for a pure red or blue photo."""
        photo = shown_on_sheet(content, settings)
        if max(photo.getpixel((0, 0))) > 240 and sorted(photo.getpixel((0, 0)))[1] < 20:
            return None
        cell = photo if settings.keep_colors else ImageOps.invert(photo)
        return labelled(contact_sheet([cell] * len(paintings)), labels)

    async def start(self) -> None:
        """Nothing to start."""

    async def alive(self) -> bool:
        return True

    async def aclose(self) -> None:
        """Nothing runs outside this process."""


def shown_on_sheet(content: bytes, settings: Settings) -> Image.Image:
    """The photo, or of a clip the first frame. Raises `BadImage` for one in place of the other, as in earnest."""
    if settings.format == "mp4":
        from tests.support.clips import first_frame

        return first_frame(content)
    with Image.open(io.BytesIO(content)) as image:
        if getattr(image, "is_animated", False):
            raise moving(image.format, "content")
        return image.convert("RGB")


def sized(photo: Image.Image, settings: Settings) -> Image.Image:
    edge = max(photo.size)
    if settings.size == Settings().size or (edge <= settings.size and not settings.enlarge):
        return photo
    return photo.resize([round(length * settings.size / edge) for length in photo.size])


def painted(photo: Image.Image, styles: Sequence[bytes], settings: Settings) -> Image.Image:
    """Of several styles: a mixture of their colours, in their shares."""
    result = photo.copy() if settings.keep_colors else ImageOps.invert(photo)
    color = mixture(styles, settings)
    width, height = result.size if settings.strength == "strong" else (32, 32)
    ImageDraw.Draw(result).rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=color)
    return result


def mixture(styles: Sequence[bytes], settings: Settings) -> tuple[int, ...]:
    colors = [hashlib.sha256(style).digest()[:3] for style in styles]
    shares = settings.shares(len(styles))
    return tuple(round(sum(s * v for s, v in zip(shares, values, strict=True))) for values in zip(*colors, strict=True))


def encode(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, quality=95, **options)
    return file.getvalue()


def photo(color="teal", width=64, height=48, kind="JPEG", **options) -> bytes:
    """A picture of one colour."""
    return encode(Image.new("RGB", (width, height), color), kind, **options)
