"""The rows that must survive, in a real SQLite file."""

import asyncio

import pytest

from bot.storage import database as database_module
from bot.storage import retention
from bot.storage.database import DatabaseInUse, open_database
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import JobStatus, Photo
from bot.storage.queue import Admission
from bot.storage.storage import Storage
from bot.storage.styles import Blend, CustomStyle
from tests.support.hang import HANG_SECONDS
from tests.support.logs import until_logged
from tests.support.sqlite import open_beside

POPPIES, KEY = Blend.parse("poppies"), IdempotencyKey.of_text(7, 1)


@pytest.fixture
async def database(tmp_path):
    async with open_database(tmp_path) as database:
        yield database


@pytest.fixture
def storage(database):
    return Storage(database)


async def add(storage, user, number, message_id=None):
    photo = await storage.photos.add(Photo(user, number, user, f"file{number}"))
    key = IdempotencyKey.of_text(user, number)
    return await storage.jobs.enqueue(photo, POPPIES, {"strength": "soft"}, message_id or 1000 + number, key)


async def claim_all(storage, finish=True):
    """The users whose jobs are claimed, in order."""
    order = []
    while job := await storage.jobs.claim():
        order.append(job.user_id)
        if finish:
            await storage.jobs.complete(job.id)
    return order


async def test_a_job_comes_back_as_it_was_added(storage):
    job = await add(storage, 7, 1)
    assert (job.user_id, job.file_id, str(job.style), job.strength, job.status) == (
        7,
        "file1",
        "poppies",
        "soft",
        "QUEUED",
    )
    assert await storage.job_search.get(job.id, 7) == job
    assert await storage.job_search.get(job.id, 8) is None, "it is not theirs"


@pytest.mark.parametrize(
    ("style", "settings", "name"),
    [
        ("poppies", {}, "poppies"),
        ("file:AgAC", {}, "an own style"),
        ("poppies+file:AgAC", {}, "a blend"),
        ("file:AgAC", {"compare": True}, "a comparison"),
    ],
)
async def test_no_file_is_named_in_logs_and_counts(storage, style, settings, name):
    photo = await storage.photos.add(Photo(7, 1, 7, "file"))
    assert (await storage.jobs.enqueue(photo, Blend.parse(style), settings, 5, KEY)).kind == name


async def test_the_same_request_is_one_job_until_it_is_cancelled(storage):
    job = await add(storage, 7, 1)
    assert await add(storage, 7, 1) is None
    assert await storage.jobs.cancel(job.id, 8) is None
    assert (await storage.jobs.cancel(job.id, 7)).status is JobStatus.CANCELLED
    assert await add(storage, 7, 1)


async def test_what_was_cancelled_since_an_update_came(storage):
    before, since, replaced = [await add(storage, 7, number) for number in (1, 2, 3)]
    await storage.jobs.cancel(before.id, 7)
    await storage.updates.persist({10: {}})
    for job in (replaced, since):
        await storage.jobs.cancel(job.id, 7)
    await add(storage, 7, 4, message_id=replaced.message_id)
    assert [job.id for job in await storage.job_search.cancelled_since(10, 7)] == [since.id]
    assert await storage.job_search.cancelled_since(10, 8) == []


async def test_what_decides_whether_a_job_may_be_added(storage):
    job = await add(storage, 7, 1)
    await add(storage, 8, 2)
    other = IdempotencyKey.of_text(7, 3)
    assert await storage.queue.admission(KEY, 7) == Admission(JobStatus.QUEUED, 1, 2, 1)
    assert await storage.queue.admission(other, 9) == Admission(None, 0, 2, 0)
    await storage.jobs.claim(job.id)
    assert await storage.queue.admission(KEY, 7) == Admission(JobStatus.RUNNING, 0, 1, 1)
    await storage.jobs.fail(job.id, "it cannot be painted")
    assert await storage.queue.admission(KEY, 7) == Admission(None, 0, 1, 0), "it may be asked for again"


async def today(storage, user):
    return (await storage.queue.admission(KEY, user)).today


async def test_a_day_s_jobs_are_counted_but_not_what_failed_or_was_cancelled_before_it_began(storage):
    painted, failed, begun, again, waiting = [await add(storage, 7, number) for number in range(5)]
    await add(storage, 8, 9)
    assert await add(storage, 7, 0) is None, "it is there already"
    assert await today(storage, 7) == 5
    for job in (painted, failed, begun, again):
        await storage.jobs.claim(job.id)
    await storage.jobs.complete(painted.id)
    await storage.jobs.requeue(again.id, "its painter was lost")
    for job in (begun, again):
        await storage.jobs.cancel(job.id, 7)
    assert await today(storage, 7) == 5
    await storage.jobs.fail(failed.id, "it cannot be painted")
    assert await today(storage, 7) == 4
    await storage.jobs.cancel(waiting.id, 7)
    await storage.jobs.cancel(waiting.id, 7)
    assert await today(storage, 7) == 3
    assert await today(storage, 8) == 1


async def test_what_is_begun_anew_after_a_crash_counts_once(storage):
    job = await add(storage, 7, 1)
    await storage.jobs.claim(job.id)
    await storage.jobs.requeue_running(crashed=True)
    await storage.jobs.claim(job.id)
    await storage.jobs.complete(job.id)
    assert await today(storage, 7) == 1


async def test_the_count_of_a_day_outlives_its_jobs_and_ends_at_midnight(storage):
    job = await add(storage, 7, 1)
    await storage.jobs.claim(job.id)
    await storage.jobs.complete(job.id)
    await storage.retention.purge(-1)
    assert await storage.job_search.get(job.id, 7) is None
    assert await today(storage, 7) == 1
    await storage.database.execute("UPDATE daily_counts SET day = date('now', '-1 day')")
    assert await today(storage, 7) == 0
    await storage.retention.purge(3600)
    assert await storage.database.execute("SELECT * FROM daily_counts") == []


async def test_a_job_of_yesterday_that_fails_is_given_back_to_yesterday(storage):
    late, early = await add(storage, 7, 1), await add(storage, 7, 2)
    await storage.database.execute("UPDATE jobs SET created_at = created_at - 86400 WHERE id = :id", id=late.id)
    await storage.jobs.cancel(late.id, 7)
    assert await today(storage, 7) == 2
    await storage.jobs.cancel(early.id, 7)
    assert await today(storage, 7) == 1


@pytest.mark.parametrize("keep_counts", [True, False])
async def test_forget_is_no_way_around_the_limit_of_a_day(tmp_path, keep_counts):
    async with open_database(tmp_path) as database:
        storage = Storage(database, keep_counts=keep_counts)
        await add(storage, 7, 1)
        await storage.retention.delete_user_data(7, 1)
        assert await today(storage, 7) == keep_counts


async def test_a_job_s_position_is_its_place_in_the_whole_queue(storage):
    jobs = [await add(storage, user, number) for number, user in enumerate((1, 1, 1, 2, 3, 2))]
    places = {job.id: place for place, job in await storage.queue.jobs()}
    assert {job.id: (await storage.queue.position(job.id))[0] for job in jobs} == places
    claimed = await storage.jobs.claim()
    position, throughput = await storage.queue.position(claimed.id)
    assert position is None, "it is queued no more"
    assert len(throughput.running_since) == 1


async def test_a_message_becomes_one_painting(storage):
    assert await add(storage, 7, 1, message_id=5)
    assert await add(storage, 7, 2, message_id=5) is None


async def test_one_person_with_many_photos_does_not_hold_up_the_others(storage):
    for number in range(5):
        await add(storage, 1, number)
    first = await storage.jobs.claim()
    await add(storage, 2, 10)
    await storage.jobs.complete(first.id)
    assert await claim_all(storage) == [2, 1, 1, 1, 1]


async def test_with_several_slots_everybody_gets_one_before_anybody_gets_two(storage):
    for number in range(3):
        for user in (1, 2, 3):
            await add(storage, user, 10 * user + number)
    assert await claim_all(storage, finish=False) == [1, 2, 3] * 3


async def test_the_place_in_line_is_the_order_of_claims(storage):
    jobs = [await add(storage, user, number) for number, user in enumerate((1, 1, 1, 2, 3, 2))]
    places = {place: job.id for place, job in await storage.queue.jobs()}
    assert len(places) == len(jobs)
    claimed = []
    while job := await storage.jobs.claim():
        claimed.append(job.id)
        await storage.jobs.complete(job.id)
    assert [places[i + 1] for i in range(6)] == claimed


async def test_a_job_without_a_message_waits_for_it(storage):
    photo = await storage.photos.add(Photo(7, 1, 7, "file"))
    job = await storage.jobs.enqueue(photo, POPPIES, {}, None, KEY)
    assert await storage.jobs.claim() is None
    assert await storage.queue.unannounced() == [job]
    assert await storage.jobs.set_messages({job.id: 99}) == {job.id}
    assert (await storage.jobs.claim()).message_id == 99


async def test_attempts_are_charged_when_claimed_and_refunded_when_the_bot_ends(storage):
    job = await add(storage, 7, 1)
    assert (await storage.jobs.claim()).attempts == 1
    await storage.jobs.requeue_running(crashed=False)
    job = await storage.jobs.claim()
    assert (job.attempts, job.crashes) == (1, 0)
    await storage.jobs.requeue_running(crashed=True)
    job = await storage.jobs.claim()
    assert (job.attempts, job.crashes) == (1, 1)
    assert await storage.jobs.reset_crashes(job)
    assert (await storage.job_search.get(job.id, 7)).crashes == 0
    await storage.jobs.complete(job.id)
    await storage.jobs.fail(job.id, "too late")
    assert (await storage.job_search.get(job.id, 7)).status is JobStatus.DONE, "it was finished already"


async def test_a_job_without_crashes_is_not_written_when_it_is_painted(storage, database):
    await add(storage, 7, 1)
    job = await storage.jobs.claim()
    written = await database.first("SELECT total_changes()")
    assert await storage.jobs.reset_crashes(job)
    assert await database.first("SELECT total_changes()") == written
    await storage.jobs.cancel(job.id, 7)
    assert not await storage.jobs.reset_crashes(job), "it was cancelled meanwhile"


async def test_what_was_stopped_tells_nothing_of_the_usual_time(storage):
    job = await add(storage, 7, 1)
    await storage.jobs.claim()
    await storage.jobs.stop_early(job.id)
    await storage.jobs.complete(job.id)
    assert (await storage.queue.throughput()).median_seconds is None


async def test_the_ready_message_is_recorded_once(storage):
    job = await add(storage, 7, 1)
    assert [await storage.jobs.mark_notified(job.id) for _ in range(3)] == [True, False, False]


async def test_updates_are_kept_once_and_emptied_when_handled(storage):
    assert await storage.updates.persist({1: {"update_id": 1}, 2: None, 3: {"update_id": 3}}) == {1, 2, 3}
    assert await storage.updates.persist({3: {"update_id": 3}, 4: {"update_id": 4}}) == {4}
    await storage.updates.mark_handled(1)
    assert await storage.updates.pending() == [{"update_id": 3}, {"update_id": 4}]
    assert await storage.updates.persist({1: {"update_id": 1}}) == set(), "handled, but not forgotten"


async def test_a_cancelled_task_leaves_no_half_done_work(storage):
    """Statements are atomic and run to their end, whoever stops waiting for them."""
    for number in range(20):
        task = asyncio.create_task(add(storage, 7, number))
        await asyncio.sleep(0)
        if number % 2:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    jobs = await storage.job_search.active(7)
    assert len(jobs) >= 10
    assert await claim_all(storage) == [7] * len(jobs)


async def test_many_tasks_claim_each_job_once(storage):
    for number in range(30):
        await add(storage, number % 3, number)
    claimed = await asyncio.gather(*(storage.jobs.claim() for _ in range(40)))
    ids = [job.id for job in claimed if job]
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) == 30


async def test_a_full_disk_delays_and_loses_nothing(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(database_module, "DISK_SECONDS", 0.02)
    async with open_database(tmp_path) as database:
        storage = Storage(database)
        await add(storage, 7, 1)
        [pages] = (await database.first("PRAGMA page_count")).values()
        await database.execute(f"PRAGMA max_page_count = {pages}")
        keeping = asyncio.create_task(storage.updates.persist({n: {"text": "x" * 500} for n in range(100)}))
        await until_logged(caplog, "disk is full")
        assert not keeping.done()
        assert await storage.jobs.claim(), "what needs no more room goes on"
        await database.execute("PRAGMA max_page_count = 1000000")
        assert len(await keeping) == 100
        assert len(await storage.updates.pending()) == 100


async def test_a_database_that_an_operator_has_locked_is_waited_for(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(database_module, "DISK_SECONDS", 0.02)
    async with open_database(tmp_path) as database:
        await database.execute("PRAGMA busy_timeout = 0")
        with open_beside(tmp_path) as operator:
            operator.execute("BEGIN IMMEDIATE")
            adding = asyncio.create_task(add(Storage(database), 7, 1))
            await until_logged(caplog, "database is locked")
            assert not adding.done()
            operator.execute("COMMIT")
            assert await adding


async def test_forget_leaves_no_trace_in_the_files(tmp_path):
    user, file_id = 7_123_456_789, "AgACAgIAAxkBAAIC-quite-unmistakable"
    marks = (str(user).encode(), user.to_bytes(6, "big"), file_id.encode())
    async with open_database(tmp_path) as database:
        storage = Storage(database)
        for other in range(40):
            await add(storage, 100 + other, other)
        by_user = {"from": {"id": user}, "photo": [{"file_id": file_id}]}
        kinds = ("message", "edited_message", "callback_query", "inline_query")
        await storage.updates.persist({number: {kind: by_user} for number, kind in enumerate(kinds)})
        await storage.updates.persist({6: {"message": {"from": {"id": 100}}}})
        photo = await storage.photos.add(Photo(user, 1, user, file_id))
        await storage.jobs.enqueue(photo, Blend.of(CustomStyle(file_id)), {}, 2, IdempotencyKey.of_gallery(user, 2))
        assert all(any(mark in p.read_bytes() for p in tmp_path.iterdir()) for mark in marks), "the search works"
        await storage.retention.delete_user_data(user, asked_by=0)
        await storage.retention.delete_last_traces(user, asked_by=0)
        found = [(p.name, mark) for p in tmp_path.iterdir() for mark in marks if mark in p.read_bytes()]
        assert found == []
        assert len(await storage.updates.pending()) == 1
        assert await storage.queue.admission(IdempotencyKey.of_gallery(user, 2).for_photo(0), user) == Admission(
            None, 0, 40, 0
        )


async def test_old_rows_are_dropped(storage):
    job = await add(storage, 7, 1)
    await add(storage, 7, 2)
    await storage.jobs.claim()
    await storage.jobs.complete(job.id)
    await storage.retention.purge(3600)
    assert await storage.job_search.get(job.id, 7)
    await storage.retention.purge(-1)
    assert await storage.job_search.get(job.id, 7) is None
    assert len(await storage.job_search.active(7)) == 1, "what is not finished stays"


async def test_photos_are_dropped_after_a_month_and_numbers_of_updates_after_a_day(storage):
    for number in (1, 2):
        await storage.photos.add(Photo(7, number, 7, f"file{number}"))
    await storage.updates.persist({1: {"update_id": 1}, 2: None, 3: None})
    await storage.database.execute("UPDATE photos SET created_at = created_at - 31 * 86400 WHERE message_id = 1")
    await storage.database.execute("UPDATE updates SET received_at = received_at - 90000 WHERE update_id < 3")
    await storage.retention.purge(3600)
    assert await storage.photos.get(7, 7, 1) is None
    assert await storage.photos.get(7, 7, 2)
    assert await storage.updates.pending() == [{"update_id": 1}], "it is not handled yet"
    assert await storage.updates.persist({2: None, 3: None}) == {2}, "the other is still known"


async def test_the_usual_time_is_the_median_of_paintings(storage):
    compared = [(0.1, '{"compare": true}')] * 3  # nothing is painted for these
    for number, (seconds, settings) in enumerate([(2, "{}"), (40, "{}"), (1, "{}"), *compared]):
        job = await add(storage, 7, number)
        await storage.jobs.claim()
        await storage.jobs.complete(job.id)
        statement = "UPDATE jobs SET claimed_at = finished_at - :seconds, settings = :settings WHERE id = :job_id"
        await storage.database.execute(statement, seconds=seconds, settings=settings, job_id=job.id)
    assert (await storage.queue.throughput()).median_seconds == pytest.approx(2)


async def test_after_a_fault_old_rows_are_dropped_all_the_same(storage, tmp_path, monkeypatch, caplog):
    purges, purge = asyncio.Queue(), storage.retention.purge

    async def purge_and_tell(seconds):
        await purge(seconds)
        purges.put_nowait(seconds)

    monkeypatch.setattr(retention, "PURGE_SECONDS", 0.02)
    monkeypatch.setattr(storage.retention, "purge", purge_and_tell)
    job = await add(storage, 7, 1)
    await storage.jobs.cancel(job.id, 7)
    with open_beside(tmp_path) as beside:
        beside.execute("ALTER TABLE jobs RENAME TO elsewhere")
        async with asyncio.timeout(HANG_SECONDS), asyncio.TaskGroup() as group:
            purging = group.create_task(storage.retention.run(-1))
            await until_logged(caplog, "no such table: jobs")
            beside.execute("ALTER TABLE elsewhere RENAME TO jobs")
            await purges.get()
            assert await storage.job_search.get(job.id, 7) is None
            purging.cancel()


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
        await add(Storage(database), 7, 1)
    with open_beside(tmp_path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (1,)
