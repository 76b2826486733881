import io
import tracemalloc
from itertools import pairwise

import av
import numpy as np

from styler.image.codec import decode, resize
from styler.video import timelapse as timelapse_module
from styler.video.timelapse import FPS, MAX_EDGE, MOVING_FRAMES, STILL_FRAMES, TimelapseRecorder
from tests.support.project import PHOTOS

SIZE = (96, 128)


def noise(seed, height, width):
    """Smooth noise (height, width, 3)."""
    coarse = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8)
    return resize(coarse, width, height)


def frames_of(timelapse):
    with av.open(io.BytesIO(timelapse.image)) as container:
        assert container.streams.video[0].average_rate == FPS
        return [frame.to_ndarray(format="gray").astype(float) for frame in container.decode(video=0)]


def grey(pixels):
    return av.VideoFrame.from_ndarray(pixels, "rgb24").to_ndarray(format="gray").astype(float)


def timelapse_of(photo, painting, shares, starts_from_photo=True):
    """A timelapse of pictures that lead from the photo to the painting, each (size, share of the painting in it)."""
    timelapse = TimelapseRecorder(photo, starts_from_photo)
    for (height, width), share in shares:
        mixed = (1 - share) * photo.astype(float) + share * painting
        timelapse.add(resize(mixed.round().astype(np.uint8), width, height))
    return timelapse.finish(painting)


def test_it_begins_with_the_photo_and_ends_with_a_second_of_the_painting():
    photo, painting = noise(1, *SIZE), noise(2, *SIZE)
    frames = frames_of(timelapse_of(photo, painting, [(SIZE, 0.3), (SIZE, 0.6), (SIZE, 0.9)]))
    assert len(frames) == MOVING_FRAMES + STILL_FRAMES
    assert np.abs(frames[0] - grey(photo)).mean() < 2
    for frame in frames[-STILL_FRAMES:]:
        assert np.abs(frame - grey(painting)).mean() < 2


def test_the_finest_strokes_of_the_painting_are_in_its_last_second():
    photo, painting = noise(1, *SIZE), np.random.default_rng(2).integers(60, 190, (*SIZE, 1), dtype=np.uint8)
    painting = np.repeat(painting, 3, axis=2)
    frames = frames_of(timelapse_of(photo, painting, [(SIZE, 0.5)]))
    assert np.abs(frames[-1] - grey(painting)).mean() < 1


def test_its_last_frame_has_more_of_the_colours_than_half_as_many_pixels_of_colour_can_tell():
    painting = decode((PHOTOS / "coffee.jpg").read_bytes(), "content", 256).pixels
    painting = resize(painting, SIZE[1], SIZE[0])
    stored = av.VideoFrame.from_ndarray(painting, "rgb24").reformat(format="yuv420p").to_ndarray(format="rgb24")
    with av.open(io.BytesIO(timelapse_of(noise(1, *SIZE), painting, [(SIZE, 0.5)]).image)) as container:
        *_, last = container.decode(video=0)
    found = np.abs(last.to_ndarray(format="rgb24").astype(int) - painting).mean()
    assert found < 0.95 * np.abs(stored.astype(int) - painting).mean()


def test_change_is_even_however_unevenly_the_steps_came():
    photo, painting = noise(1, *SIZE), noise(2, *SIZE)
    shares = [(SIZE, 1 - 0.5**step) for step in range(1, 12)]  # half of what is left, with each step
    frames = frames_of(timelapse_of(photo, painting, shares))[:MOVING_FRAMES]
    changes = [np.abs(after - before).mean() for before, after in pairwise(frames)]
    assert max(changes) < 2 * np.median(changes)
    assert min(changes) > np.median(changes) / 3, "x264 leaves out a part of what changes least"


def test_a_level_grows_without_a_jump():
    photo = noise(1, *SIZE) // 2 + np.random.default_rng(3).integers(0, 100, (*SIZE, 3), dtype=np.uint8)
    painting = (255 - photo.astype(int)).astype(np.uint8)
    small = (SIZE[0] // 2, SIZE[1] // 2)
    frames = frames_of(timelapse_of(photo, painting, [(small, 0.0), (small, 0.02), (SIZE, 0.03), (SIZE, 0.04)]))
    assert np.abs(frames[0] - grey(photo)).mean() < 3, "the fine detail is there from the beginning"
    changes = [np.abs(after - before).mean() for before, after in pairwise(frames[:41])]
    assert max(changes) < 3 * np.median(changes)


def test_from_noise_nothing_of_the_photo_shows():
    photo, painting = noise(1, *SIZE), noise(2, *SIZE)
    timelapse = TimelapseRecorder(photo, starts_from_photo=False)
    start = np.full((48, 64, 3), 128, np.uint8)
    timelapse.add(start)
    first, *_ = frames_of(timelapse.finish(painting))
    assert np.abs(first - grey(resize(start, SIZE[1], SIZE[0]))).max() < 3


def test_a_large_painting_makes_a_timelapse_of_720_pixels(monkeypatch):
    monkeypatch.setattr(timelapse_module, "MOVING_FRAMES", 4)  # one as long as others would be long in the making
    painting = noise(1, 800, 1000)
    timelapse = timelapse_of(noise(2, 800, 1000), painting, [((400, 500), 0.5), ((800, 1000), 0.9)])
    assert (timelapse.width, timelapse.height) == (MAX_EDGE, MAX_EDGE * 4 // 5)
    assert np.abs(frames_of(timelapse)[-1] - grey(resize(painting, timelapse.width, timelapse.height))).mean() < 2


def test_a_painting_that_never_changes_is_a_timelapse_too():
    photo = noise(1, 33, 47)
    timelapse = timelapse_of(photo, photo, [((33, 47), 0.0)])
    assert (timelapse.width, timelapse.height) == (46, 32)  # an MP4's edges are even
    assert len(frames_of(timelapse)) == MOVING_FRAMES + STILL_FRAMES


def test_of_thousands_of_steps_those_are_kept_that_change_the_picture():
    photo, early, painting = noise(1, 32, 48), noise(2, 32, 48), noise(3, 32, 48)
    recorder = TimelapseRecorder(photo, starts_from_photo=True)
    tracemalloc.start()
    for step in range(2000):
        between, share = (photo, step / 20) if step < 20 else (painting, 0.998 ** (step - 20))
        recorder.add(((1 - share) * between.astype(float) + share * early).round().astype(np.uint8))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 500 * photo.nbytes
    frames = frames_of(recorder.finish(painting))[:MOVING_FRAMES]
    assert min(np.abs(frame - grey(early)).mean() for frame in frames) < 4
    changes = [np.abs(after - before).mean() for before, after in pairwise(frames)]
    assert max(changes) < 2 * np.median(changes)
