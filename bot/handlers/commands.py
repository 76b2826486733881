"""Commands: /start, /paintings, /queue and the like."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat.callback_data import ShowPaintings
from bot.chat.gallery_message import GalleryMessage
from bot.handlers.context import Context, answer, message_id_of, message_of, press_of, sender_id, user_of
from bot.i18n import texts
from bot.jobs.cancellation import Cancellation
from bot.jobs.queue_list import QueueList
from bot.storage.storage import Storage


@dataclass(frozen=True)
class Commands:
    """Commands in private chats. `download_limit` is the largest file that a user may send, in bytes."""

    storage: Storage
    gallery_message: GalleryMessage
    cancellation: Cancellation
    queue_list: QueueList
    download_limit: int

    async def start(self, update: Update, _: Context) -> None:
        """/start: says what the bot does, with an example."""
        await self.gallery_message.welcome(message_of(update).chat_id)

    async def help(self, update: Update, _: Context) -> None:
        """/help: all that the bot can do."""
        await message_of(update).reply_text(texts.help(self.download_limit), ParseMode.HTML)

    async def paintings(self, update: Update, _: Context) -> None:
        """/paintings: the gallery, with buttons for the last photo or album if there is one."""
        message = message_of(update)
        photo = await self.storage.photos.latest(message.chat_id, user_of(update).id)
        if photo:
            album = await self.storage.photos.album(photo)
            await self.gallery_message.post(album[0], album)
        else:
            await self.gallery_message.post_contact_sheet(message.chat_id)

    async def show_page(self, update: Update, _: Context) -> None:
        """Another page of the gallery that /paintings has shown to somebody without a photo."""
        query, choice = press_of(update, ShowPaintings)
        await answer(query)
        if query.message:
            await self.gallery_message.show_contact_sheet(query.message.chat.id, message_id_of(query), choice.page)

    async def queue(self, update: Update, _: Context) -> None:
        """/queue: the user's jobs."""
        text, keyboard = await self.queue_list.of(user_of(update).id)
        await message_of(update).reply_text(text, reply_markup=keyboard)

    async def cancel_all(self, update: Update, _: Context) -> None:
        """/cancel, or 'stop', also by an edit: cancels all of the user's jobs, in a group those there. Nor is the next
        picture taken for a style: it is to be a photo.
        """
        message = update.edited_message or message_of(update)
        user_id, chat_id = sender_id(message), message.chat_id
        jobs = await self.cancellation.cancel_all(update.update_id, user_id, chat_id if chat_id < 0 else None)
        said = texts.cancelled() if await self.ask_for_no_style(message) else texts.nothing_to_cancel()
        await message.reply_text(texts.cancelled_jobs(len(jobs)) if jobs else said)
        await self.cancellation.show(jobs, texts.cancelled())

    async def ask_for_no_style(self, message: Message) -> bool:
        """The next picture of who wrote this is to be a photo; False if it was anyway."""
        asked = False
        while photo := await self.storage.photos.awaiting_style(message.chat_id, sender_id(message)):
            await self.gallery_message.ask_no_more(photo)
            asked = True
        return asked

    async def forget(self, update: Update, _: Context) -> None:
        """/forget: cancels all of the user's jobs and deletes all that is known of the user."""
        user_id, retention = user_of(update).id, self.storage.retention
        jobs = await self.cancellation.cancel_all(update.update_id, user_id)
        await retention.delete_user_data(user_id, update.update_id)
        try:
            await message_of(update).reply_text(texts.forgotten())
            await self.cancellation.show(jobs, texts.cancelled_answer())
        except TelegramError:  # who has blocked the bot is forgotten, too
            await retention.delete_last_traces(user_id, update.update_id)
            raise
        await retention.delete_last_traces(user_id, update.update_id)

    async def stats(self, update: Update, _: Context) -> None:
        """/stats, for the operator: how many jobs there are, and how long one takes."""
        queue = self.storage.queue
        text = texts.stats(await queue.stats(), (await queue.throughput()).median_seconds)
        await message_of(update).reply_text(text)
