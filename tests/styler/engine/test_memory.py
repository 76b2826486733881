"""How much memory there is, and what is painted with it."""

from __future__ import annotations

import math
from types import SimpleNamespace

import psutil
import pytest
import torch

from styler.engine import memory
from styler.engine.memory import FeatureMemory, MemoryPlan, is_out_of_memory, memory_budget, memory_plan
from styler.engine.pyramid import Level
from styler.engine.runtime import trim_heap
from styler.engine.tiles import least_pixels, tiles
from styler.settings import Settings

CPU = torch.device("cpu")
LAYERS = {"relu3_2", *Settings().style_layers}
LEAST = MemoryPlan(least_pixels(LAYERS), 1)


def planned(size: tuple[int, int], megabytes: float, steps: int = 40) -> MemoryPlan:
    kept = FeatureMemory(LAYERS, "relu3_2", torch.bfloat16, memory.features_per_pixel(LAYERS))
    return memory_plan(Level(size, steps), megabytes * 1e6, kept)


def test_what_fits_is_painted_whole_with_all_history() -> None:
    assert planned((512, 512), 1000) == MemoryPlan(math.inf, 20)
    assert planned((512, 512), 1000, steps=7) == MemoryPlan(math.inf, 7)


def test_the_few_steps_of_a_large_level_do_with_less_history() -> None:
    assert [planned((512, 512), 1000, steps).history for steps in (12, 24, 30, 78)] == [10, 12, 15, 20]


def test_history_is_given_up_before_tiles_are_needed() -> None:
    assert planned((1024, 1024), 1265) == MemoryPlan(math.inf, 10)
    assert planned((1024, 1024), 1075) == MemoryPlan(math.inf, 5)
    assert planned((1024, 1024), 800).pixels < 1024 * 1024
    assert planned((2160, 3840), 3600) == (pytest.approx(0.8e6, rel=0.1), 4), "neither larger tiles nor tiny ones"
    assert {planned((1024, 1024), megabytes, steps=1).history for megabytes in range(500, 1500, 5)} == {1}


@pytest.mark.parametrize("megabytes", [800, 1000, 3000])
def test_tiles_and_history_stay_within_the_budget(megabytes: float) -> None:
    for size in ((1024, 1024), (2160, 3840), (900, 4000)):
        area, plan = size[0] * size[1], planned(size, megabytes)
        used = 12 * area * (memory.VECTORS + 2 * plan.history) + 2 * area * 256 / 16
        used += min(plan.pixels, area) * 2 * memory.features_per_pixel(LAYERS)
        assert used < megabytes * 1e6 or plan == LEAST, size


def test_too_small_a_budget_is_as_little_as_can_be() -> None:
    assert planned((2160, 3840), 10) == LEAST
    assert planned((2160, 3840), -10) == LEAST
    assert LEAST.halved((2160, 3840), LAYERS) is None


def test_too_small_a_budget_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    memory._tell_of_too_little.cache_clear()
    planned((512, 341), 1000)
    assert not caplog.records
    planned((512, 341), 60)
    planned((512, 341), 10)
    assert [record.getMessage() for record in caplog.records] == [
        "painting takes more memory than it may have, and goes on with as little as it can"
    ]


@pytest.mark.parametrize("size", [(128, 85), (181, 121), (256, 170), (256, 256)])
def test_a_small_picture_is_painted_whole_however_tight_memory_is(size: tuple[int, int]) -> None:
    """The halo of a tile would cover most of it: tiles took more memory, and six times as long."""
    assert len(tiles(size, planned(size, 10).pixels, LAYERS)) == 1
    assert len(tiles((512, 512), planned((512, 512), 10).pixels, LAYERS)) > 1


def test_half_of_a_plan_is_less_until_there_is_no_less() -> None:
    plans, size = [MemoryPlan(math.inf, 20)], (1024, 768)
    while (smaller := plans[-1].halved(size, LAYERS)) is not None:
        plans.append(smaller)
    assert plans[1] == MemoryPlan(1024 * 768 // 2, 10)
    assert plans[-1] == MemoryPlan(2 * 192 * 192, 1)
    assert len(plans) < 10


def test_where_memory_runs_out_it_is_halved_until_there_is_nothing_to_halve() -> None:
    least = least_pixels(LAYERS)
    assert MemoryPlan(math.inf, 9).halved((1000, 2000), LAYERS) == MemoryPlan(1_000_000, 4)
    assert MemoryPlan(1_000_000, 1).halved((1000, 2000), LAYERS) == MemoryPlan(500_000, 1)
    assert MemoryPlan(least + 1, 1).halved((1000, 2000), LAYERS) == MemoryPlan(least, 1)
    assert MemoryPlan(least, 1).halved((1000, 2000), LAYERS) is None
    assert MemoryPlan(math.inf, 2).halved((64, 64), LAYERS) == MemoryPlan(least, 1)
    assert MemoryPlan(math.inf, 1).halved((64, 64), LAYERS) is None, "it has no tiles"


def test_numbers_kept_for_a_pixel() -> None:
    assert memory.features_per_pixel({"relu1_1"}) == 64
    assert memory.features_per_pixel(LAYERS) == 128 + 64 + 48 + 24 + 2


def test_a_limit_is_for_the_whole_process() -> None:
    trim_heap()
    in_use = psutil.Process().memory_info().rss
    assert memory_budget(CPU, 50_000) == pytest.approx(50_000e6 - memory.LATER - in_use, abs=50e6)
    assert 0 < memory_budget(CPU, 0) < psutil.virtual_memory().total


@pytest.mark.parametrize("free", [2100.0, math.inf])
def test_a_container_may_have_less(monkeypatch: pytest.MonkeyPatch, free: float) -> None:
    monkeypatch.setattr(memory.cgroups, "free_memory", lambda: free)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=3000.0))
    assert memory_budget(CPU, 0) == memory.SHARE * min(free, 3000.0)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB."), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), True),
        (RuntimeError("CUDA error: out of memory\nCompile with `TORCH_USE_CUDA_DSA`"), True),
        (RuntimeError("could not create a primitive"), True),
        (RuntimeError("could not execute a primitive"), True),
        (RuntimeError("could not create a primitive descriptor for the matmul primitive. Run workload with"), False),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), False),
        (ValueError("you can't allocate memory"), False),
    ],
)
def test_an_error_of_memory_is_known_from_others(error: Exception, *, expected: bool) -> None:
    assert is_out_of_memory(error) is expected
