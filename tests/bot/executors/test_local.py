"""Painting in child processes: real ones, that really die."""

import asyncio
import contextlib
import dataclasses
import io
import math
import os
import signal
import sys

import psutil
import pytest
from PIL import Image

from bot.executors import local as local_module
from bot.executors.base import WorkerDied
from bot.executors.local import LocalExecutor
from bot.executors.protocol import Failed, PaintTask, WarmUp, pack
from bot.executors.worker import NICENESS, messages
from styler.engine import runtime
from styler.events import BadImage, Progress, Result, Timelapse
from styler.gallery import load_gallery
from styler.settings import Settings
from tests.support.executors import SMALL, begin, blends, checkpoint, goes_on_after, noise, paint, paints_in_order
from tests.support.fakes import photo
from tests.support.hang import HANG_SECONDS
from tests.support.pictures import saved
from tests.torture.painter import started_instead

PAINTINGS = load_gallery()
ENDLESS = photo("red")


@pytest.fixture(scope="module", autouse=True)
def patient():
    """Where others want the processors, a child that starts may say nothing for so long that the bot replaces it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_module, "SILENT_SECONDS", HANG_SECONDS)
        yield


@pytest.fixture(scope="module")
async def executor():
    """One for all tests here: a child takes seconds to start."""
    executor = LocalExecutor(slots=1, settings=SMALL)
    await executor.start()
    yield executor
    await executor.aclose()


@contextlib.asynccontextmanager
async def quick_painters(slots=1, gpus=0, kind="quick"):
    """Children that start without the engine, where what becomes of them is the subject. A red photo takes for ever.

    `real` ones have the engine, and tell of a clip so far sooner.
    """
    executor = LocalExecutor(slots, SMALL, gpus)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "create_subprocess_exec", started_instead(kind))
        await executor.start()
        try:
            yield executor
        finally:
            await executor.aclose()


def painters():
    programs = {"bot.executors.worker", "tests.torture.painter"}
    return [p for p in psutil.Process().children() if programs & set(p.cmdline())]


def started_since(before):
    return [child for child in painters() if child not in before]


async def until_idle(executor):
    async with asyncio.timeout(HANG_SECONDS):
        while executor.idle < executor.slots:  # noqa: ASYNC110 (until the last task has been tidied up)
            await asyncio.sleep(0.02)


async def test_a_painter_whose_bot_is_gone_ends_without_a_word():
    """Its output may be closed before its input is."""
    unread, output = os.pipe()
    pipe, program = asyncio.subprocess.PIPE, [sys.executable, "-m", "tests.torture.painter", "quick"]
    painter = await asyncio.create_subprocess_exec(*program, stdin=pipe, stdout=output, stderr=pipe)
    os.close(output)
    os.close(unread)
    painter.stdin.write(pack(PaintTask(1, ENDLESS, [b""], SMALL)))
    async with asyncio.timeout(HANG_SECONDS):
        assert (await painter.wait(), await painter.stderr.read()) == (0, b"")


async def test_events_come_in_order_and_end_with_the_picture(executor):
    await paints_in_order(executor)


async def test_several_styles_are_blended(executor):
    assert len(await blends(executor)) == 2


async def test_the_child_stays_warm(executor):
    await paint(executor)
    [first] = painters()
    await paint(executor)
    assert painters() == [first]


async def test_a_painter_gives_way_to_the_bot(executor):
    """With each of its threads, those of torch included."""
    await paint(executor)
    [child] = painters()
    priorities = {os.getpriority(os.PRIO_PROCESS, thread.id) for thread in child.threads()}
    assert priorities == {min(os.getpriority(os.PRIO_PROCESS, 0) + NICENESS, 19)}


async def test_a_bad_picture_is_an_error_and_costs_no_child(executor):
    with pytest.raises(BadImage) as error:
        await paint(executor, content=b"no picture at all")
    assert error.value.which == "content"
    [child] = painters()
    assert isinstance((await paint(executor))[-1], Result)
    assert painters() == [child]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV], ids=["killed", "crashed"])
async def test_a_child_that_dies_is_replaced(number):
    others = painters()
    async with quick_painters() as executor:
        events = await begin(executor, content=ENDLESS)
        [child] = started_since(others)
        child.send_signal(number)
        with pytest.raises(WorkerDied, match="died"):
            async for _ in events:
                pass
        assert isinstance((await paint(executor))[-1], Result)
        assert child not in painters()


async def test_a_clip_goes_on_where_a_child_that_died_was(executor):
    """In another that is warm."""
    others = painters()
    async with quick_painters(kind="real") as dying:
        events, seen = await checkpoint(dying)
        [child] = started_since(others)
        child.kill()
        with pytest.raises(WorkerDied):
            async for _ in events:
                pass
    assert await goes_on_after(executor, seen)


async def test_a_child_that_died_while_idle_is_replaced_unnoticed():
    others = painters()
    async with quick_painters() as executor:
        await paint(executor)
        await until_idle(executor)
        [child] = started_since(others)
        child.kill()
        async with asyncio.timeout(HANG_SECONDS):
            while child.is_running():  # noqa: ASYNC110 (until the event loop has noticed)
                await asyncio.sleep(0.02)
        assert isinstance((await paint(executor))[-1], Result)


async def test_so_is_one_of_whose_death_the_bot_has_not_heard_yet():
    others = painters()
    async with quick_painters() as executor:
        await paint(executor)
        await until_idle(executor)
        [child] = started_since(others)
        child.kill()
        child.wait()  # the event loop, too
        assert isinstance((await paint(executor))[-1], Result)


async def test_one_that_dies_before_it_is_told_to_get_warm_leaves_its_place_to_another(monkeypatch):
    async def start_dead(*command, **more):
        process = await start(*command, **more)
        process.kill()
        await process.wait()
        return process

    async with quick_painters() as executor:
        [place] = executor.places
        start = asyncio.create_subprocess_exec
        with monkeypatch.context() as patch:
            patch.setattr(asyncio, "create_subprocess_exec", start_dead)
            with pytest.raises(WorkerDied):
                await paint(executor, content=photo("cyan"))  # and its successors are dead
            await until_idle(executor)
            assert not await executor.alive()
            await until_idle(executor)
        assert isinstance((await paint(executor))[-1], Result)
        assert executor.places == [place]


async def test_one_that_died_while_idle_is_replaced_when_somebody_asks_how_it_is():
    others = painters()
    async with quick_painters() as executor:
        [dead] = started_since(others)
        dead.kill()
        async with asyncio.timeout(HANG_SECONDS):
            while dead.is_running():  # noqa: ASYNC110 (until the event loop has noticed)
                await asyncio.sleep(0.02)
        assert not await executor.alive(), "nor would one that dies at each start be"
        await until_idle(executor)
        assert await executor.alive()
        assert len(started_since([*others, dead])) == 1


async def test_a_child_that_hangs_is_replaced(monkeypatch):
    others = painters()
    async with quick_painters() as executor:
        events = await begin(executor, content=ENDLESS)
        [child] = started_since(others)
        child.suspend()
        with monkeypatch.context() as hurried:
            hurried.setattr(local_module, "SILENT_SECONDS", 1.0)  # not for its successor, which may wait for a core
            with pytest.raises(WorkerDied, match="hangs"):
                async for _ in events:
                    pass
        assert isinstance((await paint(executor))[-1], Result)
        assert child not in painters()


async def test_cancel_frees_the_slot_of_a_painting_that_would_take_minutes(executor, monkeypatch):
    monkeypatch.setattr(local_module, "CANCEL_CPU_SECONDS", math.inf)  # on a slow processor a step takes long
    events = await begin(executor)
    [child] = painters()
    await events.aclose()
    assert isinstance((await paint(executor))[-1], Result)
    assert painters() == [child], "it ends between two steps, so the warm child stays"


async def sheet(executor):
    """Of two paintings: one of all takes seconds."""
    return await executor.paint_sheet(noise(1), PAINTINGS[:2], [painting.label for painting in PAINTINGS[:2]], SMALL)


async def test_an_idle_painter_makes_a_sheet_and_waits_for_the_next_painting(executor):
    await paint(executor)
    await until_idle(executor)
    with Image.open(io.BytesIO(await sheet(executor))) as image:
        assert (image.format, image.width) == ("JPEG", 1280)
    assert isinstance((await paint(executor))[-1], Result)


async def test_no_sheet_is_made_while_a_painting_is_in_work(executor):
    events = await begin(executor)
    assert await sheet(executor) is None
    await events.aclose()


async def test_a_painting_does_not_wait_for_a_sheet(executor, monkeypatch):
    monkeypatch.setattr(local_module, "CANCEL_CPU_SECONDS", math.inf)  # on a slow processor a step takes long
    await paint(executor)
    await until_idle(executor)
    [child] = painters()
    making = asyncio.create_task(executor.paint_sheet(noise(1), PAINTINGS * 100, [""] * 100 * len(PAINTINGS), SMALL))
    while executor.idle:  # noqa: ASYNC110 (until the painter has it)
        await asyncio.sleep(0)
    assert isinstance((await paint(executor))[-1], Result)
    assert await making is None
    assert painters() == [child], "the sheet ends between two steps, so the warm child stays"


async def test_a_sheet_that_nobody_waits_for_any_more_frees_the_painter(executor):
    await paint(executor)
    await until_idle(executor)
    making = asyncio.create_task(executor.paint_sheet(noise(1), PAINTINGS * 100, [""] * 100 * len(PAINTINGS), SMALL))
    while executor.idle:  # noqa: ASYNC110
        await asyncio.sleep(0)
    making.cancel()
    assert isinstance((await paint(executor))[-1], Result)


async def test_a_photo_of_which_no_sheet_can_be_made_is_an_error(executor):
    await paint(executor)
    await until_idle(executor)
    with pytest.raises(BadImage):
        await executor.paint_sheet(b"no picture", PAINTINGS, [""] * len(PAINTINGS), SMALL)


async def test_a_timelapse_comes_before_it(executor):
    settings = dataclasses.replace(SMALL, timelapse=True)
    events = [event async for event in executor.paint(noise(1), [noise(2)], settings)]
    assert [type(event) for event in events[-2:]] == [Timelapse, Result]


async def test_a_cancelled_task_frees_the_slot(executor):
    events, reading = await begin(executor), asyncio.Event()

    async def read():
        async with contextlib.aclosing(events):
            async for _ in events:
                reading.set()

    task = asyncio.create_task(read())
    await reading.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert isinstance((await paint(executor))[-1], Result)


async def test_a_cancel_of_the_last_painting_does_not_hit_the_next(executor):
    for _ in range(5):
        events = executor.paint(noise(1), [noise(2)], SMALL)
        async with contextlib.aclosing(events):
            async for event in events:
                if isinstance(event, Progress) and event.step == event.steps:
                    break  # about to finish anyway
        assert isinstance((await paint(executor))[-1], Result)


async def test_two_slots_paint_at_once_and_closing_leaves_no_child_behind():
    before = painters()
    async with quick_painters(slots=2) as executor:
        first, second = await begin(executor, content=ENDLESS), await begin(executor, content=ENDLESS)
        assert len(started_since(before)) == 2
        await first.aclose()
    assert painters() == before
    with pytest.raises(WorkerDied):
        async for _ in second:
            pass


async def test_children_take_turns_on_the_gpus_and_a_replaced_one_keeps_its_place():
    others = painters()
    async with quick_painters(slots=4, gpus=2) as executor:
        first = started_since(others)[0]
        assert sorted(place.gpu for place in executor.places) == [0, 0, 1, 1]
        assert {place.sharing for place in executor.places} == {4}
        first.kill()
        first.wait()
        for _ in range(executor.slots):  # one of them is the one that died
            await paint(executor)
        await until_idle(executor)
        assert first not in painters()
        assert sorted(place.gpu for place in executor.places) == [0, 0, 1, 1]


async def test_no_child_outlives_the_bot(tmp_path):
    """Killed without a good-bye, the bot leaves no process that paints on."""
    code = (
        "import asyncio\n"
        "from bot.executors.local import LocalExecutor\n"
        "from styler.settings import Settings\n"
        "async def main():\n"
        "    e = LocalExecutor(1, Settings())\n"
        "    await e.start()\n"
        "    print('up', flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    await parent.stdout.readline()
    children = psutil.Process(parent.pid).children()
    assert children
    os.kill(parent.pid, signal.SIGKILL)
    await parent.wait()
    gone, alive = await asyncio.to_thread(psutil.wait_procs, children, timeout=HANG_SECONDS)
    assert (len(gone), alive) == (len(children), [])


async def test_a_child_whose_bot_ends_in_the_middle_of_an_order_ends_too():
    order = pack(PaintTask(1, b"photo", [b"style"], SMALL))
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.executors.worker", stdin=asyncio.subprocess.PIPE
    )
    await child.communicate(order[:-1])
    assert child.returncode == 0


async def test_a_child_that_is_of_no_more_use_is_replaced():
    """After a CUDA error say, which no call of CUDA in that process survives."""
    others = painters()
    async with quick_painters() as executor:
        await paint(executor)
        [child] = started_since(others)
        with pytest.raises(WorkerDied, match="CUDA error"):
            await paint(executor, content=photo("magenta"))
        assert isinstance((await paint(executor))[-1], Result)
        assert child not in painters()


async def test_by_its_own_account_it_is_of_no_more_use(tmp_path, monkeypatch):
    """What a child would say, said in this process."""
    monkeypatch.setattr(runtime, "tune_process", lambda: None)
    elsewhere, weights = dataclasses.replace(SMALL, device="cuda:9"), tmp_path / "weights.pth"
    weights.write_bytes(b"these are none")
    for work, named in (
        (PaintTask(1, noise(1), [noise(2)], elsewhere), "cuda:9"),
        (WarmUp(elsewhere), "cuda:9"),
        (WarmUp(Settings(device="cpu", weights=str(weights))), "weights.pth"),
    ):
        [said] = messages(work)
        assert isinstance(said, Failed)
        assert said.lost
        assert named in str(said.error)


async def test_a_large_picture_s_memory_is_given_back(executor):
    await paint(executor)
    [child] = painters()
    before = child.memory_info().rss
    large = saved(Image.new("RGBA", (6000, 5000), (90, 120, 60, 128)), "PNG", compress_level=1)  # 240 MB, decoded
    await paint(executor, content=large)
    async with asyncio.timeout(HANG_SECONDS):
        while child.memory_info().rss > before + 100 * 2**20:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert painters() == [child]
