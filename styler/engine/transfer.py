"""Neural style transfer: a picture with the content of one image and the style of another.

L. A. Gatys, A. S. Ecker and M. Bethge, "Image Style Transfer Using Convolutional Neural Networks" (CVPR 2016). Differs
from the paper: an image pyramid (`styler.engine.pyramid`) where there is one size, and pixels that stay within 0..255
(`styler.engine.lbfgs`), so that what is saved is what was optimised.
"""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from styler.engine.cuda_graph import MIN_STEPS, graphed_steps
from styler.engine.features import FeatureExtractor
from styler.engine.guidance import freedom, is_guided
from styler.engine.lbfgs import HISTORY_SIZE, LBFGS
from styler.engine.memory import (
    FeatureMemory,
    MemoryPlan,
    is_out_of_memory,
    memory_budget,
    memory_errors,
    memory_plan,
)
from styler.engine.model import load_model
from styler.engine.objective import LossWeights, Objective, SpatialControl, TemporalTarget
from styler.engine.outlines import subject_of
from styler.engine.pyramid import Level, levels, resize, upsample_with_detail
from styler.engine.runtime import trim_heap
from styler.engine.strokes import stroke_directions, stroke_factor
from styler.events import PaintError
from styler.image.codec import scaled
from styler.settings import Settings, block_of

# The weight of a style layer in the style loss (w_l in eq. 5), by its block of VGG16; then scaled to add up to 1.
# Differs from the paper: 1 / 5 each there, where deep layers have small Gram matrices and count for little. Here
# each layer's loss is relative, and in even shares relu5_1 would move the style's objects into the picture: a wave
# instead of a face. What the deep ones have of it goes to grounds and skies, see `styler.engine.guidance`.
# By strength: a soft painting takes over colours and strokes, a strong one forms, too.
LAYER_SHARES = {
    "soft": (20, 100, 50, 6, 0.6),
    "medium": (18, 90, 50, 9.5, 1),
    "strong": (10, 50, 50, 20, 2.5),
}
# The style weight is multiplied by this, and with it the weight of the strokes.
STRENGTH_FACTORS = {"soft": 0.35, "medium": 1.0, "strong": 1.8}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One L-BFGS step is done.

    `step` of `steps` (over all levels); `loss` of the picture so far at this level; `share` (0 to 1) of the work done,
    as a step at full size is more work than one at a small size; `image` is the picture, (3, H, W) float32 on the CPU
    in 0..255, at each level's end and once within the first level, else None. The last one is the result. `picture` is
    the same after each step, on the network's device; the next step may overwrite it.
    """

    step: int
    steps: int
    loss: float
    share: float
    image: Tensor | None
    picture: Tensor


def style_transfer(
    content: Tensor,
    style: Tensor | Sequence[Tensor],
    settings: Settings,
    init: Tensor | None = None,
    faces: Tensor | None = None,
    anchor: TemporalTarget | None = None,
) -> Iterator[Step]:
    """Paints `content` in the style of `style`, one L-BFGS step per `next()`; closing the generator cancels.

    `content` (3, H, W) is float32 RGB in 0..255 of the painting's size, `style` (3, h, w) the same of any size, or
    several of them, blended by `settings.style_blend`; their size relative to the painting's is `settings.style_scale`.
    `init` (3, H, W) is a picture to start from. `faces` (y, x), of any size, is 1 in faces, which are held, and 0
    elsewhere. With an `anchor`, of the painting's size, the picture stays close to it where it says so; then `init` is
    painted already, and keeps its own finest detail. Raises `PaintError` when no picture can be had, `BadWeights`,
    and `ValueError` where the blend's weights are not as many as the styles.
    """
    styles = [style] if isinstance(style, Tensor) else style
    with memory_errors(content):
        yield from _paint_levels(load_model(settings), content, styles, settings, init, faces, anchor)


def _paint_levels(
    extractor: FeatureExtractor,
    content: Tensor,
    styles: Sequence[Tensor],
    settings: Settings,
    init: Tensor | None,
    faces: Tensor | None,
    anchor: TemporalTarget | None,
) -> Iterator[Step]:
    content = content.to(extractor.device)
    transfer = _Transfer(extractor, content, [style.to(extractor.device) for style in styles], settings, faces, anchor)
    pyramid = levels((content.shape[1], content.shape[2]), settings.steps)
    picture, loss = start_of(content, settings, init), math.inf
    finest = content if anchor is None else picture
    for number, level in enumerate(pyramid):
        target = resize(content, level.size)
        keeps_detail = number > 0 and (anchor is not None or settings.init != "noise")
        picture = (
            upsample_with_detail(picture, resize(finest, level.size)) if keeps_detail else resize(picture, level.size)
        )
        for step, painted, reached in _paint_level(transfer, target, picture, level, has_strokes=number > 0):
            picture = painted
            loss = reached if math.isfinite(reached) else loss
            show = step == level.steps or (number == 0 and step == level.steps // 3)
            if math.isfinite(loss):
                yield step_of(pyramid, number, step, loss, picture, show)
    if not math.isfinite(loss):
        raise PaintError("the loss is not finite: these images and settings cannot be painted")


class _Transfer:
    """What all levels of a painting share: the network, the styles, what is held, and the memory that it may use."""

    def __init__(
        self,
        extractor: FeatureExtractor,
        content: Tensor,
        styles: Sequence[Tensor],
        settings: Settings,
        faces: Tensor | None,
        anchor: TemporalTarget | None,
    ) -> None:
        self.extractor, self.styles, self.settings = extractor, styles, settings
        weights = loss_weights(settings, len(styles))
        self.weights = replace(weights, strokes=weights.strokes * stroke_factor(max(content.shape[1:])))
        emphasis = content_weights(None if faces is None else faces.to(extractor.device), settings)
        free = freedom(extractor, content, faces) if any(map(is_guided, self.weights.style)) else None
        subject = subject_of(extractor, content, faces) if weights.outlines else None
        self.control = SpatialControl(emphasis, free, subject, anchor)
        self.layers = {settings.content_layer, *self.weights.style}
        self.budget = memory_budget(extractor.device, settings.max_memory)

    def memory_plan(self, level: Level) -> MemoryPlan:
        layer, per_pixel = self.settings.content_layer, self.extractor.kept_per_pixel(self.layers)
        return memory_plan(level, self.budget, FeatureMemory(self.layers, layer, self.extractor.dtype, per_pixel))

    def compute_exactly(self) -> bool:
        """From now on in float32. False if it is so already."""
        if self.extractor.dtype == torch.float32:
            return False
        log.info("no further step in %s", self.extractor)
        self.extractor = load_model(replace(self.settings, precision="float32"))
        return True

    def objective(self, content: Tensor, level: Level, plan: MemoryPlan, strokes: Tensor | None) -> Objective:
        """Of one level. `strokes` is a picture (3, H, W) of its size whose strokes are to be kept whole."""
        styles = [scaled_style(style, level, self.settings) for style in self.styles]
        control = self.control.at(level.size, content.device)
        if strokes is not None and self.weights.strokes:
            control = replace(control, directions=stroke_directions(strokes))
        return Objective(self.extractor, content, styles, self.weights, control, plan.pixels)


def _paint_level(
    transfer: _Transfer, content: Tensor, picture: Tensor, level: Level, *, has_strokes: bool
) -> Iterator[tuple[int, Tensor, float]]:
    """As `minimise`. If the picture `has_strokes`, as after the smallest level, each is kept whole.

    Where memory runs out, the steps that are left are taken with smaller tiles and less history. Where no further step
    can be found in bfloat16, whose rounding hides what is left to gain, they are taken in float32. Else the last step
    is numbered as the level's last.
    """
    taken, plan = 0, transfer.memory_plan(level)
    while taken < level.steps:
        before, next_plan = taken, plan
        try:
            trim_heap()  # of the level before: what comes now is larger, and does not fit into the gaps
            # Not kept in a variable: a level's features and history are freed before the next one needs its own.
            descent = minimise(
                transfer.objective(content, level, plan, picture if has_strokes else None),
                picture,
                level.steps - before,
                plan.history,
            )
            for step, painted, loss in descent:
                taken, picture = before + step, painted
                if step:
                    yield taken, picture, loss
            if taken < level.steps and not (math.isfinite(loss) and transfer.compute_exactly()):
                taken = level.steps
                yield taken, picture, loss
        except Exception as error:
            smaller = plan.halved(level.size, transfer.layers)
            if smaller is None or not is_out_of_memory(error):
                raise
            next_plan = smaller
        plan = next_plan  # not in the except block, where the error still holds the memory of what failed


def minimise(
    objective: Objective, picture: Tensor, steps: int, history: int = HISTORY_SIZE
) -> Iterator[tuple[int, Tensor, float]]:
    """The number of each step, with the picture and its loss after it. It ends early where no step can be found.

    Each step overwrites the picture of the one before. If there is none at all, the start comes as step 0; its loss is
    NaN if it is not finite.
    """
    optimiser = LBFGS(objective, picture, 0, 255, min(steps, history))
    trim_heap()  # of the search for targets: its tensors' sizes are not those that all steps need
    launched_slowly = picture.device.type == "cuda" and steps >= MIN_STEPS and len(objective.tiles) == 1
    advance = functools.partial(next, graphed_steps(optimiser)) if launched_slowly else optimiser.step
    state, known = optimiser.state(), 0
    while known < steps and not state.stuck:
        advance()
        state = optimiser.state()
        if state.steps > known:
            known = state.steps
            yield known, optimiser.x, state.loss
    if known == 0:
        yield 0, optimiser.x, state.loss


def step_of(pyramid: list[Level], number: int, step: int, loss: float, picture: Tensor, show: bool) -> Step:
    """The `Step` after `step` steps of a pyramid's level `number`; if it shall `show` the picture, with an image."""
    done = sum(level.work for level in pyramid[:number]) + pyramid[number].work * step / pyramid[number].steps
    share = done / sum(level.work for level in pyramid)
    before = sum(level.steps for level in pyramid[:number])
    image = picture.to("cpu", copy=True) if show else None
    return Step(before + step, sum(level.steps for level in pyramid), loss, share, image, picture)


def start_of(content: Tensor, settings: Settings, init: Tensor | None) -> Tensor:
    """The picture (3, H, W) to start from: `init`, noise, or the content image."""
    if init is not None:
        return init.to(content.device)
    if settings.init == "noise":
        generator = torch.Generator("cpu").manual_seed(settings.seed)  # the same picture on every device
        noise = torch.rand(content.shape, generator=generator, dtype=content.dtype, device="cpu")
        return noise.to(content.device) * 255
    return content


def scaled_style(style: Tensor, level: Level, settings: Settings) -> Tensor:
    """The style image for a level: its strokes are as large, relative to the picture, as at any other level."""
    scale = settings.style_scale * max(level.size) / max(style.shape[1:])
    return resize(style, scaled(style.shape[1], style.shape[2], scale))


def content_weights(faces: Tensor | None, settings: Settings) -> Tensor | None:
    """How much the content loss weighs at each place: more in `faces`, which are 1 there and 0 elsewhere.

    What a face is given more is taken from all, by the edge of a square as large as the faces: a selfie's face, which
    fills the picture, would else be the photo's. Taken by their area, a small face would cost the painting more of its
    style than the place on which it has none: an astronaut's 1 to 3 %.
    """
    if faces is None:
        return None
    more = settings.faces - 1
    return (1 + more * faces) / (1 + more * faces.mean().sqrt())


def loss_weights(settings: Settings, styles: int = 1) -> LossWeights:
    """The losses' weights. Raises `ValueError` where the blend's weights are not as many as the styles."""
    shares = {layer: LAYER_SHARES[settings.strength][block_of(layer) - 1] for layer in settings.style_layers}
    factor = STRENGTH_FACTORS[settings.strength]
    style = settings.style_weight * factor / sum(shares.values())
    return LossWeights(
        settings.content_layer,
        settings.content_weight,
        {layer: style * share for layer, share in shares.items()},
        settings.tv_weight,
        settings.shares(styles),
        settings.stroke_weight * factor,
        settings.outline_weight,
    )
