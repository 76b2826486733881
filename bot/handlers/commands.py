"""Commands: /start, /paintings, /queue and the like."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from telegram import Update
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat.gallery_message import GalleryMessage
from bot.handlers.context import Context, message_of, user_of
from bot.i18n import texts
from bot.jobs.requests import JobRequests
from bot.storage.storage import Storage


@dataclass(frozen=True)
class Commands:
    storage: Storage
    replies: GalleryMessage
    orders: JobRequests

    async def start(self, update: Update, _: Context) -> None:
        await self.replies.welcome(message_of(update).chat_id)

    async def help(self, update: Update, _: Context) -> None:
        text = texts.help(self.orders.config.download_limit)
        await message_of(update).reply_text(text, ParseMode.HTML)

    async def paintings(self, update: Update, _: Context) -> None:
        """The gallery, with buttons for the last photo or album if there is one."""
        message = message_of(update)
        photo = await self.storage.photos.latest(message.chat_id, user_of(update).id)
        if photo:
            album = await self.orders.album(photo)
            await self.replies.new_gallery(album[0], album)
        else:
            await self.replies.paintings(message.chat_id)

    async def queue(self, update: Update, _: Context) -> None:
        text, keyboard = await self.orders.queue(user_of(update).id)
        await message_of(update).reply_text(text, reply_markup=keyboard)

    async def cancel_all(self, update: Update, _: Context) -> None:
        """Nor is the next picture taken for a style: this says that it is to be a photo."""
        message, user = message_of(update), user_of(update)
        jobs = await self.storage.job_search.active(user.id)
        for job in reversed(jobs):  # the last first, and none shown yet: else others would begin meanwhile
            await self.orders.dispatcher.cancel(job.id, job.user_id)
        for job in jobs:
            await self.orders.cancel(job.id, job.user_id)
        while photo := await self.storage.photos.awaiting_style(message.chat_id, user.id):
            await self.storage.photos.close_style_request(photo)
            if photo.gallery_message_id:
                album = await self.orders.album(photo) if photo.style_for_album else []
                await self.replies.show_gallery(photo, photo.gallery_message_id, album=album)
        await message.reply_text(texts.cancelled_jobs(len(jobs)) if jobs else texts.nothing_to_cancel())

    async def forget(self, update: Update, _: Context) -> None:
        user = user_of(update)
        dispatcher = self.orders.dispatcher
        jobs = [
            await dispatcher.cancel(job.id, user.id) for job in reversed(await self.storage.job_search.active(user.id))
        ]
        await self.storage.retention.delete_user_data(user.id)
        await message_of(update).reply_text(texts.forgotten())
        for job in filter(None, jobs):
            with contextlib.suppress(TelegramError):
                await dispatcher.view(job).ended(job, texts.cancelled_answer())

    async def stats(self, update: Update, _: Context) -> None:
        text = texts.stats(await self.storage.queue.stats(), (await self.storage.queue.throughput()).median_seconds)
        await message_of(update).reply_text(text)
