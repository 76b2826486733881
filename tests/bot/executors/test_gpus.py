"""What painters on one machine share: its GPUs, counted without torch, and its threads."""

import pytest
import torch

from bot import app, wiring
from bot.config import Config
from bot.executors.gpus import count_gpus, memory_used, visible_gpus
from bot.executors.protocol import WarmUp
from bot.executors.worker import warm_up
from styler.engine import model, runtime
from styler.settings import Settings


def test_as_many_as_torch_sees():
    assert count_gpus() == torch.cuda.device_count()
    assert len(memory_used()) in (0, count_gpus())


@pytest.mark.parametrize(
    ("visible", "names"),
    [("0", 1), ("0,1", 2), (" 3 , GPU-8932f937 ", 2), ("MIG-a,MIG-b,MIG-c", 3), ("", 0), ("-1", 0), ("0,-1,1", 1)],
)
def test_cuda_visible_devices(visible, names):
    assert len(visible_gpus(visible)) == names


@pytest.mark.parametrize(
    ("gpus", "said", "slots"),
    [
        (0, {}, 1),
        (2, {}, 2),
        (2, {"painters_per_gpu": 3}, 6),
        (2, {"painters": "5"}, 5),
        (2, {"styler": {"device": "cpu"}}, 1),
    ],
)
def test_how_many_painters_there_are(monkeypatch, gpus, said, slots):
    monkeypatch.setattr(app, "count_gpus", lambda visible: gpus)
    painters = app.choose_executor(Config(**said))
    assert (painters.slots, painters.on_gpus) == (slots, gpus > 0 and "styler" not in said)


@pytest.mark.parametrize(
    ("on_gpus", "said", "largest", "clips"),
    [
        (True, {}, 4096, {"size": 512}),
        (False, {}, 1024, {"size": 320, "max_seconds": 5.0, "fps": 10.0}),
        (False, {"max_size": 2000}, 2000, {"size": 320, "max_seconds": 5.0, "fps": 10.0}),
        (False, {"styler": {"size": "64", "fps": "8"}}, 1024, {"size": 64, "max_seconds": 5.0, "fps": 8.0}),
        (False, {"styler": {"size": "1500"}}, 1500, {"size": 320, "max_seconds": 5.0, "fps": 10.0}),
    ],
)
def test_what_is_on_offer_takes_minutes_at_most(on_gpus, said, largest, clips):
    choices = wiring.paint_options(Config(**said), on_gpus=on_gpus)
    assert (choices.largest, choices.clips) == (largest, clips)


def test_painters_share_the_threads_of_the_machine(monkeypatch):
    monkeypatch.setattr(runtime, "tune_process", lambda: None)
    monkeypatch.setattr(model, "load_model", lambda settings: None)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(5)
        warm_up(WarmUp(Settings(), gpu=0, sharing=2))
        assert torch.get_num_threads() == 2
        warm_up(WarmUp(Settings(), sharing=3))
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
