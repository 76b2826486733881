"""A dispatcher at work without the handlers: the tests order its jobs themselves."""

import asyncio
import contextlib

from bot import app, wiring
from bot.chat.gallery import Gallery
from bot.config import Config
from bot.storage.database import open_database
from bot.storage.idempotency import IdempotencyKey
from bot.storage.jobs import JobTable
from bot.storage.models import Photo
from bot.storage.storage import Storage
from bot.storage.styles import Blend
from bot.transport.inbox import DurablePollingRequest
from styler.gallery import load_gallery
from tests.support.fakes import photo


class SlowToClaim(JobTable):
    """Once a job is claimed, the plot thickens: the claim is committed, but its caller does not know yet."""

    def __init__(self, database):
        super().__init__(database)
        self.claimed, self.go_on = asyncio.Event(), asyncio.Event()

    async def claim(self, job_id=None):
        job = await super().claim(job_id)
        if job:
            self.claimed.set()
            await self.go_on.wait()
        return job


@contextlib.asynccontextmanager
async def at_work(server, tmp_path, executor):
    """A dispatcher at work, and its storage: all of the bot but its handlers."""
    config = Config(telegram_bot_token=server.token, telegram_api_url=server.url, data_dir=tmp_path)
    async with open_database(tmp_path) as database:
        storage = Storage(database)
        storage.jobs = SlowToClaim(database)
        bot = app.build_application(config, storage.updates, DurablePollingRequest(storage.updates)).bot
        async with bot:
            dispatcher = wiring.wire(config, storage, executor, bot, Gallery(load_gallery())).dispatcher
            running = asyncio.create_task(dispatcher.run())
            yield dispatcher, storage
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def ordered(storage, person, color="teal", chat=None):
    """A job of a photo of this person, which has no message yet."""
    sent = person.sends_photo(photo(color), to=chat)
    mine = Photo(sent.chat.id, sent.id, person.user.id, sent.now.media.file.file_id)
    known, key = await storage.photos.add(mine), IdempotencyKey.of_text(person.user.id, sent.id)
    return sent, await storage.jobs.enqueue(known, Blend.parse("great-wave"), {}, None, key)
