"""The dream: what the network sees grows stronger, the photo stays."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import torch

from styler.engine.dream import ascend, dream, octaves
from styler.engine.losses import mean_square
from styler.engine.model import load_model
from styler.engine.pyramid import resize
from styler.events import Preview, Progress, Result
from styler.gallery import find_painting, load_gallery, settings_for
from styler.image.codec import decode
from styler.paint_photo import paint
from styler.settings import Settings

PHOTO = (Path(__file__).parent.parent.parent / "photos" / "chelsea.jpg").read_bytes()
QUICK = Settings(dream=True, size=96, steps=6, device="cpu", precision="float32")


def photo(size: int = 96) -> torch.Tensor:
    pixels = torch.tensor(decode(PHOTO).pixels).permute(2, 0, 1).float()
    return resize(pixels, (size * 2 // 3, size))


def activations(picture: torch.Tensor, layer: str = "relu4_3") -> float:
    return mean_square(load_model(QUICK).forward(picture, {layer})[layer]).item()


def test_what_the_network_sees_grows_stronger_with_the_strength() -> None:
    seen = [activations(photo())]
    for strength in ("soft", "medium", "strong"):
        *_, last = dream(photo(), Settings(**{**QUICK.__dict__, "strength": strength}))
        assert last.image is not None
        assert last.image.shape == photo().shape
        assert 0 <= last.image.min() <= last.image.max() <= 255
        seen.append(activations(last.image))
    assert seen == sorted(seen)
    assert seen[1] > 2 * seen[0]


def test_the_layer_is_the_one_that_was_asked_for() -> None:
    pictures = [[*dream(photo(), Settings(**{**QUICK.__dict__, "dream_layer": each}))][-1].image for each in LAYERS]
    for layer, other in (LAYERS, LAYERS[::-1]):
        own, others = (activations(pictures[LAYERS.index(each)], layer) for each in (layer, other))
        assert own > others


LAYERS = ("relu2_2", "relu5_1")


def test_a_step_follows_the_gradient_that_autograd_finds() -> None:
    """With no room for jitter: the picture is one pixel after the roll has come full circle."""
    extractor, start = load_model(QUICK), photo(48).requires_grad_()
    generator = torch.Generator().manual_seed(3)
    shifts = [int(n) for n in torch.randint(-32, 33, (2,), generator=torch.Generator().manual_seed(3))]
    from styler.engine.vgg import load_vgg16

    features = load_vgg16()(torch.roll(start, shifts, (1, 2)), {"relu4_3"})["relu4_3"]
    (gradient,) = torch.autograd.grad(features.square().sum() / 2, start)
    expected = (start + gradient * 2 / gradient.abs().mean()).clamp(0, 255)
    found = ascend(extractor, start.detach(), "relu4_3", 2.0, generator).picture
    # Not each pixel: where a feature is next to 0, it is the processor's to decide whether its ReLU is lit.
    assert (found - expected).norm() < 0.01 * (expected - start).norm()


def test_more_steps_are_finer_and_not_stronger() -> None:
    moved = []
    for steps in (8, 24):
        *_, last = dream(photo(), Settings(**{**QUICK.__dict__, "steps": steps}))
        moved.append((last.image - photo()).abs().mean().item())
    assert moved[1] == pytest.approx(moved[0], rel=0.35)


def test_the_same_seed_dreams_the_same() -> None:
    first, second, other = (
        [*dream(photo(48), Settings(**{**QUICK.__dict__, "seed": seed}))][-1].image for seed in (1, 1, 2)
    )
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("steps", [1, 2, 50])
@pytest.mark.parametrize("size", [(32, 32), (100, 300), (1024, 768)])
def test_all_octaves_share_the_steps_evenly(size: tuple[int, int], steps: int) -> None:
    plan = octaves(size, steps)
    counts = [level.steps for level in plan]
    assert plan[-1].size == size
    assert sum(counts) == steps
    assert 1 <= min(counts) <= max(counts) <= min(counts) + 1


def test_painting_needs_no_style_and_tells_its_progress() -> None:
    events = list(paint(PHOTO, (), Settings(dream=True, size=256, steps=4)))
    progress = [event for event in events if isinstance(event, Progress)]
    assert [event.step for event in progress] == [1, 2, 3, 4]
    assert [event.share for event in progress] == sorted(event.share for event in progress)
    assert progress[-1].share == pytest.approx(1)
    assert progress[-1].loss < 0
    previews = [event for event in events if isinstance(event, Preview)]
    assert previews
    assert isinstance(events[-1], Result)
    assert (events[-1].width, events[-1].height) == (256, 170)


def test_it_keeps_the_photos_colours_where_asked() -> None:
    *_, result = paint(PHOTO, b"", Settings(dream=True, size=64, steps=4, keep_colors=True))
    assert isinstance(result, Result)
    own, dreamt = (decode(each, size=64).pixels.astype(int) for each in (PHOTO, result.image))
    own = resize(torch.tensor(own).permute(2, 0, 1).float(), dreamt.shape[:2]).permute(1, 2, 0).numpy()
    chroma = [(each - each.mean(2, keepdims=True)).std() for each in (own, dreamt)]
    assert chroma[1] == pytest.approx(chroma[0], rel=0.25)


def test_it_can_be_cancelled_between_two_steps() -> None:
    with closing(paint(PHOTO, (), QUICK)) as events:
        assert isinstance(next(events), Progress)


def test_it_is_not_blended_with_a_style() -> None:
    with pytest.raises(ValueError, match="blended"):
        next(paint(PHOTO, [PHOTO, PHOTO], QUICK))


def test_the_gallery_has_it() -> None:
    settings = settings_for(find_painting(load_gallery(), "dream"), {"size": 64})
    assert settings.dream
    assert settings.size == 64
