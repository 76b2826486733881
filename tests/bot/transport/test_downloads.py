"""Files from a Bot API server of the operator's own: found out at the start, or said at once."""

import asyncio

import pytest

from bot.demo.telegram.errors import FILE_UNAVAILABLE
from bot.i18n import texts
from tests.support.chat import finished_painting, gallery, painting, rows, shows, until_rows
from tests.support.clips import clip
from tests.support.fakes import photo
from tests.support.hang import HANG_SECONDS

KINDS = pytest.mark.parametrize("local", [False, True], ids=["serves no files", "its folder is not shared"])


def hide_files(server, bot, *, local):
    """From here on the server's files cannot be read. With `local` it runs with --local in another place."""
    server.world.files.served = False
    if local:
        bot.env["TELEGRAM_LOCAL_MODE"] = "true"
        server.world.files.path_of = lambda file: f"/nowhere/{file.path}"


@KINDS
async def test_who_sends_a_photo_is_told_at_once_and_the_log_names_the_path(bot_process, server, ann, local):
    hide_files(server, bot_process, local=local)
    await bot_process.start()
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, texts.file_not_served()))
    await until_rows(bot_process, "SELECT status, attempts FROM jobs", [("FAILED", 1)])
    path = f"{'/nowhere/' if local else ''}{sent.now.media.file.path}"
    assert f"the Bot API server's file cannot be read here: {path}" in bot_process.log.read_text()
    assert server.calls.counts["getFile"] == 1, "no other try would help"


@KINDS
@pytest.mark.parametrize("by", ["the bot's own picture", "the newest photo"])
async def test_a_bot_that_cannot_read_files_does_not_start(bot_process, server, ann, local, by):
    if by == "the newest photo":
        await bot_process.start()
        await finished_painting(ann)
        await bot_process.stop()
        file = ann.chat.messages[1].now.media.file
    else:
        media = ann.photo(photo("red"))
        server.world.profile.photos.append(media)
        file = media.files[0]
    hide_files(server, bot_process, local=local)
    await bot_process.start()
    async with asyncio.timeout(HANG_SECONDS):
        assert await bot_process.process.wait() == 2
    said = bot_process.log.read_text().splitlines()[-1]
    assert "TELEGRAM_API_URL: its file" in said
    assert file.path in said
    assert "--local" in said


async def test_a_folder_that_is_shared_is_read(bot_process, server, ann, tmp_path):
    server.world.files.folder = tmp_path / "shared"
    server.world.profile.photos.append(ann.photo(photo("red")))
    bot_process.env["TELEGRAM_LOCAL_MODE"] = "true"
    await bot_process.start()
    await finished_painting(ann)


@pytest.mark.parametrize("kind", ["unavailable", "no path"])
async def test_a_file_that_is_unavailable_for_a_while_is_painted(bot_process, server, ann, kind):
    bot_process.command = ["-m", "tests.torture.bot", "--second", "0.01"]
    await bot_process.start()
    if kind == "no path":
        fault = server.faults.add("no_path", "getFile", count=2)
    else:
        fault = server.faults.add("error", "getFile", description=f"Bad Request: {FILE_UNAVAILABLE}", count=7)
    await finished_painting(ann)
    assert fault.count == 0


async def test_a_file_that_stays_unavailable_is_given_up(bot_process, server, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--second", "0.01"]
    await bot_process.start()
    fault = server.faults.add("error", "getFile", description=f"Bad Request: {FILE_UNAVAILABLE}")
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, texts.no_file()), 30)
    assert fault.hits == 15, "five tries in each of three attempts"


@pytest.mark.parametrize(("size", "fits"), [(20 * 2**20, True), (20 * 2**20 + 1, False)])
async def test_20_mib_may_be_sent(bot, ann, size, fits):
    """And of a file that is a little larger, the sentence does not say that it is as large as the limit."""
    sent = ann.sends_document(photo("teal").ljust(size, b"\0"), "photo.jpg")
    answer = await gallery(ann, sent) if fits else await ann.chat.until(lambda chat: next(iter(chat.from_bot), None))
    assert shows(answer, texts.gallery() if fits else "This file has 20.1 MB; Telegram lets me fetch at most 20 MB.")


async def test_a_live_photo_is_measured_by_its_still(bot, ann):
    sent = ann.sends_live_photo(photo("teal"), clip().ljust(25 * 2**20, b"\0"))
    message = await gallery(ann, sent)
    await ann.presses(message, "Great Wave")
    await painting(ann, message)
    assert rows(bot, "SELECT clip FROM jobs") == [(None,)], "painted as a still"
