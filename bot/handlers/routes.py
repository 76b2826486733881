"""What a person does, and what the bot does at once: write a row and answer. Nothing here downloads or paints."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import Any

from telegram import Update, User
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.chat.gallery import Gallery
from bot.chat.gallery_message import GalleryMessage
from bot.config import Config
from bot.handlers.buttons import Buttons
from bot.handlers.commands import Commands
from bot.handlers.context import Context, answer
from bot.handlers.follow_ups import FollowUps
from bot.handlers.groups import Groups
from bot.handlers.inline import InlineSharing, offer
from bot.handlers.mentions import MENTIONS_BOT, SENT_BY_BOT, is_addressed_to_bot
from bot.handlers.photos import CLIP, IMAGE, Photos
from bot.handlers.preferences import Preferences
from bot.i18n import languages, texts
from bot.jobs.dispatcher import Dispatcher
from bot.jobs.requests import JobRequests
from bot.options import PaintOptions
from bot.storage.storage import Storage

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Handlers:
    """Update handlers, with what they need."""

    storage: Storage
    gallery: Gallery
    replies: GalleryMessage
    choices: PaintOptions
    dispatcher: Dispatcher
    config: Config

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Order matters: the first that fits handles the update."""
        orders = JobRequests(self.storage, self.gallery, self.replies, self.dispatcher, self.config, self.choices)
        commands = Commands(self.storage, self.replies, orders)
        pictures = Photos(self.storage, self.gallery, self.replies, orders)
        buttons = Buttons(self.storage, self.gallery, self.replies, orders)
        afterwards = FollowUps(self.storage, self.gallery, pictures, orders)
        groups = Groups(self.storage, pictures, afterwards)
        preferences = Preferences(self.storage, self.choices)
        sharing = InlineSharing(self.storage, self.gallery)
        private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & ~SENT_BY_BOT
        group = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE
        for handler in (
            CommandHandler("start", commands.start, private),
            CommandHandler("help", commands.help, private),
            CommandHandler("paintings", commands.paintings, private),
            CommandHandler("queue", commands.queue, private),
            CommandHandler("cancel", commands.cancel_all, private),
            CommandHandler("settings", preferences.show, private),
            CommandHandler("forget", commands.forget, private),
            CommandHandler("stats", commands.stats, private & filters.User(self.config.admins)),
            CommandHandler("paint", groups.addressed, private),
            MessageHandler(group & MENTIONS_BOT, groups.addressed),
            MessageHandler(group & IMAGE, groups.picture),
            MessageHandler(private & CLIP, pictures.moving),
            MessageHandler(private & IMAGE, pictures.picture),
            MessageHandler(private & filters.Sticker.ALL, pictures.sticker),
            MessageHandler(private & filters.TEXT, afterwards.text),
            MessageHandler(private & ~filters.StatusUpdate.ALL, pictures.other),
            MessageHandler(filters.UpdateType.EDITED_MESSAGE, afterwards.edited),
            InlineQueryHandler(sharing.asked),
            CallbackQueryHandler(buttons.paint, r"^(paint|all):(\d{1,18}):([a-z0-9-]+)$"),
            CallbackQueryHandler(buttons.second_is_style, r"^second:(\d{1,18})$"),
            CallbackQueryHandler(buttons.blend, r"^(mix|mixall):(\d{1,18})((?::[0-9a-f]{8}){0,2})$"),
            CallbackQueryHandler(buttons.ask_to_blend, r"^(mix|mixall):(\d{1,18})(:[0-9a-f]{8}):own$"),
            CallbackQueryHandler(
                buttons.paint_blend, r"^(mix|mixall):(\d{1,18})(:[0-9a-f]{8}):([0-9a-f]{8}|own):([0-4])$"
            ),
            CallbackQueryHandler(buttons.ask_style, r"^(own|ownall):(\d{1,18})$"),
            CallbackQueryHandler(buttons.back, r"^(back|backall):(\d{1,18})$"),
            CallbackQueryHandler(buttons.again, r"^(again|againall):(\d{1,18})$"),
            CallbackQueryHandler(buttons.redo, r"^redo:(\d{1,18}):([a-z-]{1,16}|\d{2,4})$"),
            CallbackQueryHandler(buttons.cancel, r"^cancel:(\d{1,18})$"),
            CallbackQueryHandler(buttons.keep, r"^keep:(\d{1,18})$"),
            CallbackQueryHandler(buttons.drop, r"^drop:(\d{1,18})$"),
            CallbackQueryHandler(buttons.stop, r"^stop:(\d{1,18})$"),
            CallbackQueryHandler(preferences.choose, r"^choose:(size|strength|keep_colors):([a-z0-9-]+)$"),
            CallbackQueryHandler(preferences.choose_language, r"^choose:language:([a-z]+)$"),
            CallbackQueryHandler(preferences.languages, r"^languages$"),
            CallbackQueryHandler(preferences.again, r"^settings$"),
            CallbackQueryHandler(buttons.unknown),
        ):
            application.add_handler(handler)
        application.add_handler(TypeHandler(Update, self.meet), group=-2)
        if self.config.allowed_users:
            application.add_handler(TypeHandler(Update, self.let_in), group=-1)
        application.add_error_handler(self.error)

    async def meet(self, update: Update, _: Context) -> None:
        """Speak the person's language from here on. Only people who may come in and talk to us are remembered."""
        user = update.effective_user
        if user and is_addressed_to_bot(update) and self._may_come_in(user):
            languages.activate((await self.storage.users.upsert(user.id, user.language_code)).language)
        elif user:
            languages.activate((await self.storage.users.get(user.id)).language or user.language_code)

    async def let_in(self, update: Update, _: Context) -> None:
        """Only those on the list, and the admins; a stranger gets a sentence, and nothing else happens."""
        user = update.effective_user
        if user and self._may_come_in(user):
            return
        if update.callback_query:
            await answer(update.callback_query, texts.stranger())
        elif update.inline_query:
            await offer(update.inline_query)
        elif update.message and is_addressed_to_bot(update):
            await update.message.reply_text(texts.stranger())
        raise ApplicationHandlerStop

    def _may_come_in(self, user: User) -> bool:
        allowed = self.config.allowed_users
        return not allowed or user.id in allowed | self.config.admins

    async def error(self, update: object, context: Context) -> None:
        """Log first, with a trace unless it was Telegram that refused; then tell the person."""
        error, message = context.error, update.effective_message if isinstance(update, Update) else None
        trace = None if isinstance(error, TelegramError) else error
        log.error("an update could not be handled: %r", error, exc_info=trace)
        # Telegram tells nobody whether it has sent a message whose answer was lost.
        lost = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
        if message and not isinstance(error, Forbidden):
            with contextlib.suppress(TelegramError):
                if lost:
                    await context.bot.get_me()  # this waits until Telegram can be reached
                await context.bot.send_message(
                    error.new_chat_id if isinstance(error, ChatMigrated) else message.chat_id,
                    texts.unsure() if lost else texts.error(),
                    message_thread_id=message.message_thread_id if message.is_topic_message else None,
                )
