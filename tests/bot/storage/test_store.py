"""The rows that must survive, in a real SQLite file."""

import asyncio

import pytest

from bot import app
from bot.storage import database as database_module
from bot.storage.database import DatabaseInUse, open_database
from bot.storage.models import CUSTOM_STYLE, JobStatus, Photo
from bot.storage.store import Store
from tests.support.logs import until_logged
from tests.support.sqlite import open_beside


@pytest.fixture
async def store(tmp_path):
    async with open_database(tmp_path) as database:
        yield Store(database)


async def add(store, user, number, message_id=None):
    photo = await store.add_photo(Photo(user, number, user, f"file{number}"))
    return await store.add(
        photo, "poppies", {"strength": "soft"}, message_id or 1000 + number, f"press/{user}/{number}"
    )


async def claim_all(store, finish=True):
    """The users whose jobs are claimed, in order."""
    order = []
    while job := await store.claim():
        order.append(job.user_id)
        if finish:
            await store.finish(job.id, JobStatus.DONE)
    return order


async def test_a_job_comes_back_as_it_was_added(store):
    job = await add(store, 7, 1)
    assert (job.user_id, job.file_id, job.style, job.strength, job.status) == (7, "file1", "poppies", "soft", "QUEUED")
    assert await store.job(job.id, 7) == job
    assert await store.job(job.id, 8) is None, "it is not theirs"


@pytest.mark.parametrize(
    ("style", "name"),
    [("poppies", "poppies"), (f"{CUSTOM_STYLE}AgAC", "an own style"), (f"poppies+{CUSTOM_STYLE}AgAC", "a blend")],
)
async def test_no_file_is_named_in_logs_and_counts(store, style, name):
    photo = await store.add_photo(Photo(7, 1, 7, "file"))
    assert (await store.add(photo, style, {}, 5, "press")).style_name == name


async def test_the_same_request_is_one_job_until_it_is_cancelled(store):
    job = await add(store, 7, 1)
    assert await add(store, 7, 1) is None
    assert await store.cancel(job.id, 8) is None
    assert (await store.cancel(job.id, 7)).status is JobStatus.CANCELLED
    assert await add(store, 7, 1)


async def test_a_message_becomes_one_painting(store):
    assert await add(store, 7, 1, message_id=5)
    assert await add(store, 7, 2, message_id=5) is None


async def test_one_person_with_many_photos_does_not_hold_up_the_others(store):
    for number in range(5):
        await add(store, 1, number)
    first = await store.claim()
    await add(store, 2, 10)
    await store.finish(first.id, JobStatus.DONE)
    assert await claim_all(store) == [2, 1, 1, 1, 1]


async def test_with_several_slots_everybody_gets_one_before_anybody_gets_two(store):
    for number in range(3):
        for user in (1, 2, 3):
            await add(store, user, 10 * user + number)
    assert await claim_all(store, finish=False) == [1, 2, 3] * 3


async def test_the_place_in_line_is_the_order_of_claims(store):
    jobs = [await add(store, user, number) for number, user in enumerate((1, 1, 1, 2, 3, 2))]
    places = {place: job.id for place, job in await store.line()}
    assert len(places) == len(jobs)
    claimed = []
    while job := await store.claim():
        claimed.append(job.id)
        await store.finish(job.id, JobStatus.DONE)
    assert [places[i + 1] for i in range(6)] == claimed


async def test_a_job_without_a_message_waits_for_it(store):
    photo = await store.add_photo(Photo(7, 1, 7, "file"))
    job = await store.add(photo, "poppies", {}, None, "press")
    assert await store.claim() is None
    assert await store.without_message() == [job]
    assert await store.set_messages({job.id: 99}) == {job.id}
    assert (await store.claim()).message_id == 99


async def test_attempts_are_charged_when_claimed_and_refunded_when_the_bot_ends(store):
    job = await add(store, 7, 1)
    assert (await store.claim()).attempts == 1
    await store.requeue_running(crashed=False)
    job = await store.claim()
    assert (job.attempts, job.crashes) == (1, 0)
    await store.requeue_running(crashed=True)
    job = await store.claim()
    assert (job.attempts, job.crashes) == (1, 1)
    assert await store.acquit(job.id)
    assert (await store.job(job.id, 7)).crashes == 0
    await store.finish(job.id, JobStatus.DONE)
    await store.finish(job.id, JobStatus.FAILED)
    assert (await store.job(job.id, 7)).status is JobStatus.DONE, "it was finished already"


async def test_what_was_stopped_tells_nothing_of_the_usual_time(store):
    job = await add(store, 7, 1)
    await store.claim()
    await store.keep(job.id)
    await store.finish(job.id, JobStatus.DONE)
    assert await store.usual_seconds() is None


async def test_the_ready_message_is_recorded_once(store):
    job = await add(store, 7, 1)
    assert [await store.set_pinged(job.id) for _ in range(3)] == [True, False, False]


async def test_updates_are_kept_once_and_emptied_when_handled(store):
    assert await store.keep_updates({1: {"update_id": 1}, 2: None, 3: {"update_id": 3}}) == {1, 2, 3}
    assert await store.keep_updates({3: {"update_id": 3}, 4: {"update_id": 4}}) == {4}
    await store.update_handled(1)
    assert await store.pending_updates() == [{"update_id": 3}, {"update_id": 4}]
    assert await store.keep_updates({1: {"update_id": 1}}) == set(), "handled, but not forgotten"


async def test_a_cancelled_task_leaves_no_half_done_work(store):
    """Statements are atomic and run to their end, whoever stops waiting for them."""
    for number in range(20):
        task = asyncio.create_task(add(store, 7, number))
        await asyncio.sleep(0)
        if number % 2:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    jobs = await store.unfinished(7)
    assert len(jobs) >= 10
    assert await claim_all(store) == [7] * len(jobs)


async def test_many_tasks_claim_each_job_once(store):
    for number in range(30):
        await add(store, number % 3, number)
    claimed = await asyncio.gather(*(store.claim() for _ in range(40)))
    ids = [job.id for job in claimed if job]
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) == 30


async def test_a_full_disk_delays_and_loses_nothing(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(database_module, "DISK_SECONDS", 0.02)
    async with open_database(tmp_path) as database:
        store = Store(database)
        await add(store, 7, 1)
        [pages] = (await database.first("PRAGMA page_count")).values()
        await database.run(f"PRAGMA max_page_count = {pages}")
        keeping = asyncio.create_task(store.keep_updates({n: {"text": "x" * 500} for n in range(100)}))
        await until_logged(caplog, "disk is full")
        assert not keeping.done()
        assert await store.claim(), "what needs no more room goes on"
        await database.run("PRAGMA max_page_count = 1000000")
        assert len(await keeping) == 100
        assert len(await store.pending_updates()) == 100


async def test_a_database_that_an_operator_has_locked_is_waited_for(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(database_module, "DISK_SECONDS", 0.02)
    async with open_database(tmp_path) as database:
        await database.run("PRAGMA busy_timeout = 0")
        with open_beside(tmp_path) as operator:
            operator.execute("BEGIN IMMEDIATE")
            adding = asyncio.create_task(add(Store(database), 7, 1))
            await until_logged(caplog, "database is locked")
            assert not adding.done()
            operator.execute("COMMIT")
            assert await adding


async def test_forget_leaves_no_trace_in_the_files(tmp_path):
    user, file_id = 7_123_456_789, "AgACAgIAAxkBAAIC-quite-unmistakable"
    marks = (str(user).encode(), user.to_bytes(6, "big"), file_id.encode())
    async with open_database(tmp_path) as database:
        store = Store(database)
        for other in range(40):
            await add(store, 100 + other, other)
        by_user = {"from": {"id": user}, "photo": [{"file_id": file_id}]}
        kinds = ("message", "edited_message", "callback_query", "inline_query")
        await store.keep_updates({number: {kind: by_user} for number, kind in enumerate(kinds)})
        await store.keep_updates({6: {"message": {"from": {"id": 100}}}})
        photo = await store.add_photo(Photo(user, 1, user, file_id))
        await store.add(photo, "file:" + file_id, {}, 2, f"gallery/{user}/2/0")
        assert all(any(mark in p.read_bytes() for p in tmp_path.iterdir()) for mark in marks), "the search works"
        await store.forget(user)
        found = [(p.name, mark) for p in tmp_path.iterdir() for mark in marks if mark in p.read_bytes()]
        assert found == []
        assert len(await store.pending_updates()) == 1
        assert (await store.waiting(user)) == (0, 40)


async def test_old_rows_are_dropped(store):
    job = await add(store, 7, 1)
    await add(store, 7, 2)
    await store.claim()
    await store.finish(job.id, JobStatus.DONE)
    await store.drop_old(3600)
    assert await store.job(job.id, 7)
    await store.drop_old(-1)
    assert await store.job(job.id, 7) is None
    assert len(await store.unfinished(7)) == 1, "what is not finished stays"


async def test_photos_are_dropped_after_a_month_and_numbers_of_updates_after_a_day(store):
    for number in (1, 2):
        await store.add_photo(Photo(7, number, 7, f"file{number}"))
    await store.keep_updates({1: {"update_id": 1}, 2: None, 3: None})
    await store._db.run("UPDATE photos SET created_at = created_at - 31 * 86400 WHERE message_id = 1")
    await store._db.run("UPDATE updates SET received_at = received_at - 90000 WHERE update_id < 3")
    await store.drop_old(3600)
    assert await store.photo(7, 7, 1) is None
    assert await store.photo(7, 7, 2)
    assert await store.pending_updates() == [{"update_id": 1}], "it is not handled yet"
    assert await store.keep_updates({2: None, 3: None}) == {2}, "the other is still known"


async def test_the_usual_time_is_the_median(store):
    for number, seconds in enumerate((2, 40, 1)):
        job = await add(store, 7, number)
        await store.claim()
        await store.finish(job.id, JobStatus.DONE)
        statement = "UPDATE jobs SET claimed_at = finished_at - :seconds WHERE id = :job_id"
        await store._db.run(statement, seconds=seconds, job_id=job.id)
    assert await store.usual_seconds() == pytest.approx(2)


async def test_after_a_fault_old_rows_are_dropped_all_the_same(store, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(app, "TIDY_SECONDS", 0.02)
    job = await add(store, 7, 1)
    await store.cancel(job.id, 7)
    with open_beside(tmp_path) as beside:
        beside.execute("ALTER TABLE jobs RENAME TO elsewhere")
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            tidying = group.create_task(app._tidy(store, -1))
            await until_logged(caplog, "no such table: jobs")
            beside.execute("ALTER TABLE elsewhere RENAME TO jobs")
            while await store.job(job.id, 7):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            tidying.cancel()


async def test_two_bots_cannot_open_one_folder(tmp_path):
    async with open_database(tmp_path):
        with pytest.raises(DatabaseInUse, match="another bot is already running"):
            async with open_database(tmp_path):
                pytest.fail("it was opened twice")
    async with open_database(tmp_path):
        pass


async def test_the_file_is_durable(tmp_path):
    async with open_database(tmp_path) as database:
        assert await database.first("PRAGMA synchronous") == {"synchronous": 2}
        await add(Store(database), 7, 1)
    with open_beside(tmp_path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (1,)
