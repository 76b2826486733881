"""Painting on a real Ray cluster: a head that paints nothing, and two nodes of one processor, all on this machine."""

import asyncio
import contextlib

import psutil
import pytest

from bot.executors import ray as ray_executor
from bot.executors.base import WorkerDied
from bot.executors.protocol import LENGTH, Connect, Connected, Failed, PaintTask, pack, read
from bot.executors.ray import RayExecutor
from styler.events import BadImage, Progress, Result
from tests.support.bot_process import free_port
from tests.support.chat import until_rows
from tests.support.executors import LONG, SMALL, begin, blends, checkpoint, goes_on_after, paint, paints_in_order
from tests.support.hang import HANG_SECONDS
from tests.support.logs import until_logged
from tests.support.monitoring import get
from tests.support.needs import needed
from tests.support.ray_painters import driver
from tests.torture.kit import STYLE, Tally, order

needed("ray")

pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own are many

# Milliseconds until a node that does not answer counts as dead: on a busy machine it is only slow. One that was killed
# refuses connections, which counts at once. And Ray's workers, whose niceness is 15 else, would not get to work there.
PATIENT = {"health_check_timeout_ms": 120_000, "worker_niceness": 0}
# A worker takes a second of a processor to start: none is started before it is needed, and none that idles is ended.
SPARING = {"prestart_worker_first_driver": False, "idle_worker_killing_time_threshold_ms": 3_600_000}
# A head without those of Ray's processes that nothing here asks: one scales clusters, one gathers logs.
HEAD = {"no_monitor": True, "include_log_monitor": False, "_system_config": PATIENT | SPARING}


@pytest.fixture(scope="module", autouse=True)
def no_dashboard():
    """Nor does anything ask a head's dashboard, which is another process."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ray._private.node.Node.start_api_server", lambda *_, **__: None)
        yield


@pytest.fixture(scope="module", autouse=True)
def patient():
    """Where others want the processors, a driver is slow to join, and may say nothing for a minute."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ray_executor, "JOIN_SECONDS", HANG_SECONDS)
        patch.setattr(ray_executor, "SILENT_SECONDS", HANG_SECONDS)
        yield


@pytest.fixture(scope="module")
def cluster(no_dashboard):
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **HEAD})
    for _ in range(2):
        cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    yield cluster
    cluster.shutdown()


@pytest.fixture(scope="module")
async def executor(cluster):
    """The engine: one slot a node. As the bot starts it: test_ray_joins.py."""
    executor = RayExecutor(Connect(cluster.address, "auto", None, share=1, cpus=1), driver("hasty"))
    await executor.start()
    yield executor
    await executor.aclose()


@pytest.fixture(scope="module")
async def whims(cluster):
    """In the same cluster, a painter that does as the 'photo' says."""
    executor = RayExecutor(Connect(cluster.address, "auto", None, share=1, cpus=1), driver("whimsical"))
    await executor.start()
    yield executor
    await executor.aclose()


async def test_it_counts_what_the_cluster_holds(executor):
    assert (executor.slots, executor.on_gpus) == (2, False)
    assert await executor.alive()


async def test_events_come_in_order_and_end_with_the_picture(executor):
    await paints_in_order(executor)


async def test_several_styles_are_blended(executor):
    assert len(await blends(executor)) == 2


async def test_a_bad_picture_is_an_error(executor):
    with pytest.raises(BadImage) as error:
        await paint(executor, content=b"no picture at all")
    assert error.value.which == "content"


@pytest.mark.parametrize(
    ("photo", "error"),
    [
        (b"bad", BadImage),
        (b"lost", WorkerDied),
        (b"dies", WorkerDied),
        (b"breaks", WorkerDied),
        (b"nothing", WorkerDied),
    ],
)
async def test_whatever_ends_a_painting_the_next_is_painted(whims, photo, error):
    with pytest.raises(error):
        await paint(whims, content=photo)
    assert isinstance((await paint(whims, content=b"well"))[-1], Result)


async def test_workers_stay_with_their_model(whims):
    pids = {(await paint(whims, content=b"well"))[-1].image for _ in range(6)}
    assert len(pids) <= whims.slots


async def test_a_worker_that_is_of_no_more_use_paints_no_more(whims):
    with pytest.raises(WorkerDied) as lost:
        await paint(whims, content=b"lost")
    pids = {(await paint(whims, content=b"well"))[-1].image.decode() for _ in range(6)}
    assert str(lost.value) not in pids


@pytest.fixture
def sent(monkeypatch):
    """The messages to Ray's driver from now on."""
    messages = asyncio.Queue()
    monkeypatch.setattr(ray_executor, "pack", lambda message: messages.put_nowait(message) or pack(message))
    return messages


@pytest.fixture
def heard(monkeypatch):
    """The messages from Ray's driver that come after the next one; each is handed out as it gets here."""
    messages = asyncio.Queue()

    async def read_and_tell(reader):
        message = await read(reader)
        messages.put_nowait(message)
        return message

    monkeypatch.setattr(ray_executor, "read", read_and_tell)
    return messages


async def test_who_leaves_at_the_result_cancels_nothing(whims, sent):
    """Cancelling what ends at that moment crashes Ray's library, once in some hundred times."""
    async with contextlib.aclosing(whims.paint(b"well", [b""], SMALL)) as events:
        assert isinstance(await anext(events), Result)
    assert isinstance(sent.get_nowait(), PaintTask)
    assert sent.empty()


async def test_cancel_frees_the_slots_of_paintings_that_would_take_minutes(executor):
    # Warm, or the first would paint for as long as the other's engine takes to load.
    await asyncio.gather(*(paint(executor) for _ in range(executor.slots)))
    events = await asyncio.gather(*(begin(executor, LONG) for _ in range(executor.slots)))
    await asyncio.gather(*(each.aclose() for each in events))
    async with asyncio.timeout(HANG_SECONDS):
        again = await asyncio.gather(*(begin(executor, LONG) for _ in range(executor.slots)))
    await asyncio.gather(*(each.aclose() for each in again))


async def test_a_clip_goes_on_where_a_worker_that_died_was(cluster, executor):
    events, seen = await checkpoint(executor)
    for node in cluster.worker_nodes:
        for worker in workers(node, "ray::hasty"):
            worker.kill()
    with pytest.raises(WorkerDied):
        async for _ in events:
            pass
    assert await goes_on_after(executor, seen)


async def test_paintings_that_do_not_stop_are_ended(whims):
    """All of them: as many again have room."""
    for kind in (b"stubborn", b"endless"):
        events = [whims.paint(kind, [b""], SMALL) for _ in range(whims.slots)]
        async with asyncio.timeout(HANG_SECONDS):
            assert all(isinstance(event, Progress) for event in await asyncio.gather(*map(anext, events)))
        await asyncio.gather(*(each.aclose() for each in events))


async def test_a_painting_that_hangs_is_ended(whims):
    with pytest.raises(WorkerDied, match="hangs"):
        await paint(whims, content=b"stubborn")


async def test_a_cancel_while_a_painting_that_hangs_is_ended_does_not_keep_it(whims, heard):
    async with asyncio.timeout(HANG_SECONDS):
        for _ in range(whims.slots + 1):
            events = whims.paint(b"stubborn", [b""], SMALL)
            await anext(events)
            while not isinstance(getattr(await heard.get(), "message", None), Failed):
                pass  # until it has been told that it hangs
            await events.aclose()


async def test_a_cancel_of_a_painting_that_waits_for_room(whims, sent):
    async with asyncio.timeout(HANG_SECONDS):
        events = [whims.paint(b"endless", [b""], SMALL) for _ in range(whims.slots)]
        await asyncio.gather(*map(anext, events))
        waiting = asyncio.create_task(paint(whims, content=b"endless"))
        for _ in range(whims.slots + 1):  # until its task is sent, too
            assert isinstance(await sent.get(), PaintTask)
        waiting.cancel()
        await asyncio.gather(*(each.aclose() for each in events))
        events = [whims.paint(b"endless", [b""], SMALL) for _ in range(whims.slots)]
        await asyncio.gather(*map(anext, events))
        await asyncio.gather(*(each.aclose() for each in events))


async def test_where_there_is_no_cluster_the_bot_says_so(bot_process):
    bot_process.command = ["-m", "bot"]
    bot_process.env = {"EXECUTOR": "ray", "RAY_ADDRESS": "127.0.0.1:1", "LOG_LEVEL": "INFO"}
    await bot_process.start()
    assert await asyncio.wait_for(bot_process.process.wait(), HANG_SECONDS) == 2
    said = bot_process.log.read_text().splitlines()  # where the machine is busy, others may have said something as well
    assert said.count("there is no Ray cluster at 127.0.0.1:1: [Errno 111] Connection refused") == 1


NONSENSE = LENGTH.pack(1) + b"?"


def who_hears(said):
    """An executor with a driver that says just this, and stays."""
    code = f"import sys; sys.stdout.buffer.write({said!r}); sys.stdout.flush(); sys.stdin.read()"
    return RayExecutor(Connect("anywhere", "auto", None, share=1, cpus=1), ("-c", code))


async def test_a_driver_that_answers_nonsense_has_not_joined():
    with pytest.raises(OSError, match="its driver says what it should not"):
        await who_hears(NONSENSE).start()


async def test_a_driver_that_comes_to_talk_nonsense_is_exchanged(caplog):
    caplog.set_level("INFO")
    executor = who_hears(pack(Connected(slots=1, on_gpus=False)) + NONSENSE)
    await executor.start()
    await until_logged(caplog, "joined a Ray cluster again")
    await executor.aclose()
    assert "what Ray's driver says cannot be handed out" in caplog.text


async def test_a_driver_that_says_nothing_any_more_is_exchanged(caplog, monkeypatch):
    caplog.set_level("INFO")
    monkeypatch.setattr(ray_executor, "SILENT_SECONDS", 0.1)
    executor = who_hears(pack(Connected(slots=1, on_gpus=False)))
    await executor.start()
    await until_logged(caplog, "joined a Ray cluster again")
    await executor.aclose()
    assert "the Ray cluster is lost" in caplog.text


def raylet_of(node):
    return psutil.Process(node.all_processes["raylet"][0].process.pid)


def workers(node, title):
    """Those of a node that have this title, which tells what they do. Meanwhile others may end."""
    found = []
    for worker in raylet_of(node).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            found += [worker] if worker.cmdline()[:1] == [title] else []
    return found


JOBS = 24


def at_work(node):
    """How many of its workers paint."""
    return len(workers(node, "ray::quick"))


async def lose_while_it_paints(nodes):
    """Pull the plug of a node where a painting has just begun: one that ends at this moment may be delivered yet. Which
    node it was.
    """
    async with asyncio.timeout(HANG_SECONDS):
        node, before = None, [at_work(each) for each in nodes]
        while node is None:
            await asyncio.sleep(0.01)
            now = [at_work(each) for each in nodes]
            node = next((each for each, was, is_now in zip(nodes, before, now, strict=True) if is_now > was), None)
            before = now
    raylet = raylet_of(node)
    for process in [*raylet.children(recursive=True), raylet]:
        process.kill()
    return node


async def test_a_node_is_lost_and_all_is_delivered_once(cluster, bot_process, world):
    """The bot as people meet it. Half-way one of the two nodes is killed, with all that it paints."""
    bot_process.command = ["-m", "tests.support.ray_bot", cluster.address]
    bot_process.env = {"LOG_LEVEL": "INFO", "MAX_WAITING_PER_USER": "100"}
    await bot_process.start()
    people = [world.person(f"Person {number}") for number in range(10)]
    orders = [order(people[number % 10], (40 + 4 * number, 200 - 3 * number, 90)) for number in range(JOBS)]
    for one in orders:
        await one.choose(tap=False)
    for one in orders:
        one.person.taps(one.gallery, STYLE)
    await asyncio.gather(*(one.finish() for one in orders[: JOBS // 3]))
    lost_node = await lose_while_it_paints(cluster.worker_nodes)
    try:
        await asyncio.gather(*(one.finish() for one in orders))
    except TimeoutError:
        print(bot_process.log.read_text())
        raise
    finally:  # other tests may come after this one
        cluster.remove_node(lost_node, allow_graceful=False)
        cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
    await until_rows(bot_process, "SELECT status, count(*) FROM jobs GROUP BY status", [("DONE", JOBS)])
    tally = Tally()
    for one in orders:
        one.check(tally)
    lost = bot_process.log.read_text().count("the painter was lost")
    print(f"{tally}; {lost} were lost with their node and painted again")
    assert tally.violations == []
    assert lost > 0
    assert await bot_process.stop() == 0


async def test_the_cluster_goes_and_comes_back(bot_process, ann):
    """The bot goes on: it answers, and jobs wait."""
    bot_process.env = {"LOG_LEVEL": "INFO", "METRICS_LISTEN": f"127.0.0.1:{free_port()}"}
    port = free_port()
    with cluster_at(port) as address:
        bot_process.command = ["-m", "tests.support.ray_bot", address]
        await bot_process.start()
        orders = [order(ann, (40 + 4 * number, 120, 90)) for number in range(6)]
        for one in orders:
            await one.choose(tap=False)
        for one in orders:
            ann.taps(one.gallery, STYLE)
        await orders[1].finish()
    late = order(ann, "teal")
    await late.choose()
    lost = "WARNING bot.executors.ray: the Ray cluster is lost"
    async with asyncio.timeout(HANG_SECONDS):
        while lost not in bot_process.log.read_text():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (await get(bot_process.env["METRICS_LISTEN"], "/healthz"))[0] == 503
    with cluster_at(port):
        await asyncio.gather(*(one.finish() for one in [*orders, late]))
        assert (await get(bot_process.env["METRICS_LISTEN"], "/healthz"))[0] == 200
        assert await bot_process.stop() == 0
    assert bot_process.log.read_text().count(lost) == 1
    tally = Tally()
    for one in [*orders, late]:
        one.check(tally)
    assert tally.violations == []


@contextlib.contextmanager
def cluster_at(port):
    """One node of one processor."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "gcs_server_port": port, **HEAD})
    yield cluster.address
    cluster.shutdown()
