"""From bytes to bytes: what the engine is given, and what becomes of what it gives back.

The engine itself stands aside in most of these tests, so that every pixel is known.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

import styler.paint_photo
from styler.engine.transfer import Step
from styler.events import BadImage, Event, PaintError, Preview, Progress, Result
from styler.gallery import FOLDER
from styler.image.codec import decode, encode
from styler.image.luminance import luminance, matched_luminance, with_colors_of
from styler.paint_photo import paint
from styler.settings import Settings

PHOTOS = Path(__file__).parent.parent / "photos"
CHELSEA = (PHOTOS / "chelsea.jpg").read_bytes()  # 451x300
WAVE = (FOLDER / "great-wave.jpg").read_bytes()  # 652x438


class Engine:
    """Paints nothing: hands back pictures of its own at the end of two levels, and keeps what it was given."""

    def __init__(self) -> None:
        self.content = self.style = torch.empty(0)
        self.styles: list[Tensor] = []
        self.init: Tensor | None = None
        self.faces: Tensor | None = None
        self.steps_taken = 0
        self.closed = False
        self.paint_over = lambda content: content

    def __call__(
        self,
        content: Tensor,
        styles: list[Tensor],
        settings: Settings,
        init: Tensor | None = None,
        faces: Tensor | None = None,
    ) -> Iterator[Step]:
        self.content, self.style, self.styles, self.init = content, styles[0], styles, init
        self.faces = faces
        small = torch.nn.functional.interpolate(content[None], scale_factor=0.5)[0]
        images = {2: small, 4: self.paint_over(content)}
        try:
            for step in range(1, 5):
                self.steps_taken = step
                yield Step(step, 4, 100.0 / step, step / 4, images.get(step), content)
        finally:
            self.closed = True


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(styler.paint_photo, "style_transfer", engine)
    return engine


def result_of(content: bytes, style: bytes | list[bytes] = WAVE, **settings: Any) -> Result:
    *_, last = paint(content, style, Settings(**{"size": 64, **settings}))
    assert isinstance(last, Result)
    return last


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def png(pixels: np.ndarray[Any, Any], alpha: np.ndarray[Any, Any] | None = None) -> bytes:
    return encode(np.asarray(pixels, dtype=np.uint8), "png", alpha)


def test_the_package_offers_it_by_its_name() -> None:
    assert styler.paint is paint


def test_progress_follows_each_step_and_previews_each_level_but_the_last(engine: Engine) -> None:
    events = list(paint(CHELSEA, WAVE, Settings(size=64)))
    assert [type(event) for event in events] == [Progress, Progress, Preview, Progress, Progress, Result]
    progress = [event for event in events if isinstance(event, Progress)]
    assert [(p.step, p.steps, p.loss, p.share) for p in progress] == [
        (1, 4, 100.0, 0.25),
        (2, 4, 50.0, 0.5),
        (3, 4, 100 / 3, 0.75),
        (4, 4, 25.0, 1.0),
    ]
    preview, result = events[2], events[-1]
    assert isinstance(preview, Preview)
    assert isinstance(result, Result)
    assert (preview.width, preview.height) == opened(preview.image).size == (64, 43)
    assert opened(preview.image).format == "JPEG"
    assert (result.width, result.height, result.loss) == (64, 43, 25.0)


def test_seconds_left_go_by_the_speed_without_the_slow_first_step(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0, 30.0, 31.0, 32.0, 33.0])  # the first step takes 30 s, as it loads the network
    monkeypatch.setattr(styler.paint_photo.time, "monotonic", lambda: next(times))
    left = [event.seconds_left for event in paint(CHELSEA, WAVE, Settings(size=64)) if isinstance(event, Progress)]
    assert left == pytest.approx([90.0, 2.0, 1.0, 0.0])


def test_nothing_is_computed_before_it_is_asked_for_and_closing_cancels(engine: Engine) -> None:
    events = paint(CHELSEA, WAVE, Settings(size=64))
    assert engine.steps_taken == 0
    next(events)
    assert (engine.steps_taken, engine.closed) == (1, False)
    events.close()
    assert (engine.steps_taken, engine.closed) == (1, True)


def test_the_engine_gets_the_photo_at_the_paintings_size_and_the_style_at_its_own(engine: Engine) -> None:
    result_of(CHELSEA, size=400)
    assert engine.content.shape == (3, 266, 400)
    assert engine.style.shape == (3, 438, 652)
    assert engine.content.dtype == engine.style.dtype == torch.float32
    assert np.array_equal(engine.style.permute(1, 2, 0).numpy(), decode(WAVE).pixels)
    assert engine.init is None


def test_a_photo_smaller_than_the_size_is_enlarged_or_stays_as_it_is(engine: Engine) -> None:
    for enlarge, width in ((True, 640), (False, 451)):
        result = result_of(CHELSEA, size=640, enlarge=enlarge)
        assert result.width == opened(result.image).width == engine.content.shape[2] == width
        assert (result.photo_width, result.photo_height) == (451, 300)
    assert result_of(CHELSEA, size=400, enlarge=False).width == 400
    tiny = encode(np.full((16, 20, 3), 90, np.uint8), "png")
    assert result_of(tiny, enlarge=False).width == 32, "the least size there is"


def test_the_preview_of_a_very_large_painting_is_small_enough_to_be_sent_quickly(engine: Engine) -> None:
    previews = [event for event in paint(CHELSEA, WAVE, Settings(size=1500)) if isinstance(event, Preview)]
    assert [(p.width, p.height) for p in previews] == [(1280, 852)]  # 1500x998 by 1280 / 1500
    assert opened(previews[0].image).size == (1280, 852)


def test_a_style_much_larger_than_needed_is_shrunk(engine: Engine) -> None:
    result_of(CHELSEA, size=64)
    assert engine.style.shape == (3, 86, 128)
    result_of(CHELSEA, size=64, style_scale=2.0)
    assert engine.style.shape == (3, 172, 256)


def test_several_styles_go_to_the_engine_in_their_order(engine: Engine) -> None:
    result_of(CHELSEA, [WAVE, CHELSEA], size=400, style_blend=(3.0, 1.0))
    for tensor, data in zip(engine.styles, (WAVE, CHELSEA), strict=True):
        assert np.array_equal(tensor.permute(1, 2, 0).numpy(), decode(data).pixels)
    engine.steps_taken = 0
    for styles in ([], [WAVE], [WAVE] * 3):
        with pytest.raises(ValueError, match=f"^style_blend has 2 weights, but the number of styles is {len(styles)}"):
            result_of(CHELSEA, styles, style_blend=(3.0, 1.0))
    with pytest.raises(BadImage, match="not a picture"):
        result_of(CHELSEA, [WAVE, b"text"])
    assert engine.steps_taken == 0


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({"size": 128}, (128, 85)),
        ({"size": 600}, (600, 399)),
        ({"size": 64, "keep_aspect": False}, (64, 64)),
        ({"size": 64, "rescale": True}, (451, 300)),
        ({"size": 64, "keep_aspect": False, "rescale": True}, (451, 300)),
    ],
)
def test_sizes(engine: Engine, settings: dict[str, Any], size: tuple[int, int]) -> None:
    result = result_of(CHELSEA, **settings)
    assert (result.width, result.height) == opened(result.image).size == size


def test_a_tall_photo_turned_by_its_orientation(engine: Engine) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    opened(CHELSEA).save(buffer, "JPEG", exif=exif)
    assert result_of(buffer.getvalue(), size=64).height == 64
    assert result_of(buffer.getvalue(), rescale=True).width == 300


@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
def test_the_result_has_the_format_that_was_asked_for(engine: Engine, format: str) -> None:
    with opened(result_of(CHELSEA, format=format).image) as image:
        assert image.format == format.upper()
        assert image.mode == "RGB"


def test_the_result_is_the_engines_picture_to_the_pixel(engine: Engine) -> None:
    engine.paint_over = lambda content: (content * 0 + torch.tensor([9.6, 254.4, 128.0]).view(3, 1, 1)).clone()
    assert set(map(tuple, decode(result_of(CHELSEA).image).pixels.reshape(-1, 3).tolist())) == {(10, 254, 128)}


@pytest.mark.parametrize(("format", "got"), [("png", "PNG"), ("webp", "WEBP"), ("jpeg", "PNG")])
def test_a_transparent_photo_keeps_its_alpha(engine: Engine, format: str, got: str) -> None:
    alpha = np.zeros((32, 64), np.uint8)
    alpha[:, 32:] = 255
    result = result_of(png(np.full((32, 64, 3), 90), alpha), size=128, format=format)
    assert opened(result.image).format == got
    picture = decode(result.image)
    assert picture.alpha is not None
    assert picture.alpha.shape == (64, 128)
    assert (picture.alpha[10, 20], picture.alpha[10, 100]) == (0, 255)
    assert np.abs(picture.pixels.astype(int) - 90).max() <= 10, "the invisible half is as grey as the visible one"


def test_rescaled_alpha_is_the_photos_own(engine: Engine) -> None:
    alpha = np.random.default_rng(0).integers(0, 256, (40, 80), np.uint8)
    result = result_of(png(np.full((40, 80, 3), 90), alpha), size=32, rescale=True)
    assert np.array_equal(decode(result.image).alpha, alpha)


def test_a_path_to_start_from(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "start.png"
    path.write_bytes(png(np.full((20, 20, 3), (10, 20, 30))))
    result_of(CHELSEA, init=str(path))
    assert engine.init is not None
    assert engine.init.shape == engine.content.shape
    assert engine.init[:, 5, 5].tolist() == [10, 20, 30]
    result_of(CHELSEA, init="noise")
    assert engine.init is None


def test_a_bad_path_to_start_from_is_a_clear_error(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^cannot start from .*nowhere: No such file or directory$"):
        result_of(CHELSEA, init=str(tmp_path / "nowhere"))
    (tmp_path / "text").write_text("text")
    with pytest.raises(ValueError, match=r"^cannot start from .*text: it is not a picture"):
        result_of(CHELSEA, init=str(tmp_path / "text"))


def test_bytes_may_be_of_any_kind(engine: Engine) -> None:
    expected = result_of(CHELSEA).image
    for kind in (bytearray, memoryview):
        assert result_of(kind(CHELSEA), kind(WAVE)).image == expected  # type: ignore[arg-type]
        assert len(engine.styles) == 1


@pytest.mark.parametrize("path", ["photo.jpg", Path("photo.jpg")])
def test_a_path_is_not_taken_for_a_damaged_picture(engine: Engine, path: Any) -> None:
    with pytest.raises(TypeError, match="bytes"):
        result_of(path)
    for other in (path, None):
        with pytest.raises(TypeError):
            result_of(CHELSEA, other)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        result_of(None)  # type: ignore[arg-type]


def test_errors_tell_which_picture_they_are_about(engine: Engine) -> None:
    for content, style, which in ((b"text", WAVE, "content"), (CHELSEA, b"text", "style")):
        with pytest.raises(BadImage) as caught:
            result_of(content, style)
        assert caught.value.which == which
    assert engine.steps_taken == 0


def test_a_webp_too_long_to_exist_is_refused_before_it_is_painted(engine: Engine) -> None:
    buffer = io.BytesIO()
    Image.new("L", (16400, 1700)).save(buffer, "JPEG")
    long = buffer.getvalue()
    assert result_of(long, format="webp").width == 64
    assert result_of(long, format="jpeg", rescale=True).width == 16400
    engine.steps_taken = 0
    with pytest.raises(BadImage, match="it is 16400x1700, and a WebP has at most 16383 pixels an edge"):
        result_of(long, format="webp", rescale=True)
    assert engine.steps_taken == 0


def test_an_engine_without_a_picture_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        styler.paint_photo, "style_transfer", lambda *_: iter([Step(1, 1, 1.0, 1.0, None, torch.zeros(3, 8, 8))])
    )
    with pytest.raises(PaintError):
        result_of(CHELSEA)


def test_kept_colours_are_the_photos_and_the_light_is_the_paintings(engine: Engine) -> None:
    engine.paint_over = lambda content: content * 0.5 + 60
    painted = decode(result_of(CHELSEA, keep_colors=True).image).pixels
    for grey in (engine.content, engine.style):
        assert torch.equal(grey[0], grey[1])
        assert torch.equal(grey[1], grey[2])
    light = engine.content[0].numpy()
    result_of(CHELSEA)
    photo = engine.content.permute(1, 2, 0).byte().numpy()
    assert np.ptp(photo, axis=-1).max() > 50, "without the setting, the engine gets colours"
    inside = ((painted > 2) & (painted < 253)).all(axis=-1)  # the rest was cut off at black or white
    assert inside.mean() > 0.95
    got, own = (np.asarray(Image.fromarray(pixels).convert("YCbCr"), dtype=float) for pixels in (painted, photo))
    assert np.abs(got - own)[..., 1:][inside].max() <= 2
    assert np.abs(got[..., 0] - (light * 0.5 + 60))[inside].max() <= 2


def test_a_face_is_held_and_nothing_else(engine: Engine) -> None:
    astronaut = (PHOTOS / "astronaut.jpg").read_bytes()
    result_of(astronaut, size=256, faces=3.0)
    assert engine.faces is not None
    assert (engine.faces.min(), engine.faces.max()) == (0, 1)
    assert engine.faces[60, 112] == 1, "the face"
    assert engine.faces[60, 20] == engine.faces[140, 112] == 0
    for photo, faces in ((astronaut, 1.0), (CHELSEA, 3.0)):
        result_of(photo, size=256, faces=faces)
        assert engine.faces is None


def test_a_face_moves_less_where_it_is_held() -> None:
    astronaut = (PHOTOS / "astronaut.jpg").read_bytes()
    photo = np.asarray(Image.open(io.BytesIO(astronaut)).resize((112, 112)), dtype=float)
    settings = {"size": 112, "steps": 20, "strength": "strong"}
    moved = [
        np.abs(decode(result_of(astronaut, **settings, faces=faces).image).pixels - photo)[17:35, 42:56].mean()
        for faces in (1.0, 10.0)
    ]
    assert moved[1] < 0.9 * moved[0]


def test_luminance_is_matched_in_mean_and_spread() -> None:
    chance = np.random.default_rng(1)
    dark = chance.normal(60, 10, (64, 64, 1)).clip(0, 255).astype(np.uint8).repeat(3, -1)
    bright = chance.normal(140, 25, (48, 48, 1)).clip(0, 255).astype(np.uint8).repeat(3, -1)
    matched = matched_luminance(dark, bright)
    assert matched.shape == dark.shape
    assert matched.mean() == pytest.approx(bright.mean(), abs=0.5)
    assert matched.std() == pytest.approx(bright.std(), abs=0.5)
    assert np.corrcoef(matched.flat, dark.flat)[0, 1] > 0.99
    assert matched_luminance(np.full((8, 8, 3), 7, np.uint8), bright).std() == 0, "an even style stays even"


def test_luminance_beyond_black_and_white_is_cut_off() -> None:
    """Few very dark and very bright places in the style, and a photo of nothing else."""
    style, photo = np.full((20, 20, 3), 128, np.uint8), np.zeros((20, 20, 3), np.uint8)
    style[0], style[1], photo[::2] = 0, 255, 255
    matched = matched_luminance(style, photo)
    assert (matched[0] == 0).all()
    assert (matched[1] == 255).all()


def test_colours_come_from_one_picture_and_luminance_from_the_other() -> None:
    red, grey = np.full((4, 4, 3), (180, 80, 80), np.uint8), np.full((4, 4, 3), 150, np.uint8)
    mixed = with_colors_of(grey, red)
    assert abs(int(luminance(mixed)[0, 0, 0]) - 150) <= 1
    assert mixed[0, 0, 0] - int(mixed[0, 0, 1]) == pytest.approx(100, abs=2)


@pytest.fixture(scope="module")
def real_events() -> list[Event]:
    settings = Settings(size=160, steps=6, precision="float32", device="cpu", format="jpeg")
    return list(paint((PHOTOS / "astronaut.jpg").read_bytes(), WAVE, settings))


def test_the_real_engine_paints(real_events: list[Event]) -> None:
    progress = [event for event in real_events if isinstance(event, Progress)]
    result = real_events[-1]
    assert isinstance(result, Result)
    assert [p.step for p in progress] == list(range(1, 7))
    assert all(a.share < b.share for a, b in itertools.pairwise(progress))
    assert progress[-1].share == pytest.approx(1)
    assert progress[-1].seconds_left == pytest.approx(0, abs=0.01)
    assert any(isinstance(event, Preview) for event in real_events)
    assert opened(result.image).size == (160, 160)
    photo = np.asarray(opened((PHOTOS / "astronaut.jpg").read_bytes()).resize((160, 160)), dtype=float)
    difference = np.abs(decode(result.image).pixels - photo).mean()
    assert 4 < difference < 80, "neither the photo itself nor something else altogether"
