"""What a person does, and what the bot does at once: write a row and answer. Nothing here downloads or paints."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from telegram import CallbackQuery, Message, Update, User
from telegram.error import Forbidden, TelegramError
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    ExtBot,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import keyboards, texts
from bot.config import Config
from bot.dispatcher import Dispatcher
from bot.jobs import OWN_STYLE, Job, JobStatus, JobStore, Photo
from bot.screen import Gallery, MessageGone, Screen

DOWNLOAD_LIMIT = 20_000_000  # bytes; what Telegram's getFile gives to a bot
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".tif", ".tiff", ".avif", ".bmp")

# python-telegram-bot's type of context: bot, user data, chat data, bot data; we keep state in none of them.
Context = CallbackContext[ExtBot[Any], Any, Any, Any]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Handlers:
    """Update handlers, with what they need."""

    store: JobStore
    screen: Screen
    gallery: Gallery
    dispatcher: Dispatcher
    config: Config

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Order matters: the first that fits handles the update."""
        private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
        for handler in (
            CommandHandler("start", self.start, private),
            CommandHandler("help", self.help, private),
            CommandHandler("paintings", self.paintings, private),
            CommandHandler("queue", self.queue, private),
            CommandHandler("cancel", self.cancel_all, private),
            CommandHandler("forget", self.forget, private),
            CommandHandler("stats", self.stats, private & filters.User(self.config.admins)),
            MessageHandler(private & (filters.ANIMATION | filters.VIDEO | filters.VIDEO_NOTE), self.moving),
            MessageHandler(private & (filters.PHOTO | filters.Document.ALL), self.picture),
            MessageHandler(private & filters.Sticker.ALL, self.sticker),
            MessageHandler(private & ~filters.StatusUpdate.ALL, self.other),
            CallbackQueryHandler(self.paint, r"^(paint|all):(\d{1,18}):([a-z0-9-]+)$"),
            CallbackQueryHandler(self.second_is_style, r"^second:(\d{1,18})$"),
            CallbackQueryHandler(self.ask_style, r"^(own|ownall):(\d{1,18})$"),
            CallbackQueryHandler(self.back, r"^back:(\d{1,18})$"),
            CallbackQueryHandler(self.again, r"^again:(\d{1,18})$"),
            CallbackQueryHandler(self.redo, r"^redo:(\d{1,18}):(soft|medium|strong)$"),
            CallbackQueryHandler(self.cancel, r"^cancel:(\d{1,18})$"),
            CallbackQueryHandler(self.unknown_button),
        ):
            application.add_handler(handler)
        if self.config.allowed_users:
            application.add_handler(TypeHandler(Update, self.let_in), group=-1)
        application.add_error_handler(self.error)

    async def let_in(self, update: Update, _: Context) -> None:
        """Only those on the list, and the admins; a stranger gets a sentence, and nothing else happens."""
        user = update.effective_user
        if user and user.id in self.config.allowed_users | self.config.admins:
            return
        if update.callback_query:
            await _answer(update.callback_query, texts.STRANGER)
        elif update.message:
            await update.message.reply_text(texts.STRANGER)
        raise ApplicationHandlerStop

    # Commands.

    async def start(self, update: Update, _: Context) -> None:
        await _message(update).reply_text(texts.START)

    async def help(self, update: Update, _: Context) -> None:
        await _message(update).reply_text(texts.HELP)

    async def paintings(self, update: Update, _: Context) -> None:
        """The gallery, with buttons for the last photo if there is one."""
        message = _message(update)
        photo = await self.store.last_photo(message.chat_id, _user(update).id)
        if photo:
            await self.store.set_gallery(photo, await self.screen.new_gallery(photo))
        else:
            await self.screen.paintings(message.chat_id)

    async def queue(self, update: Update, _: Context) -> None:
        jobs = await self.store.unfinished(_user(update).id)
        lines = [texts.queue_line(self.screen.style_of(job), await self.store.place(job.id)) for job in jobs]
        if jobs:
            await _message(update).reply_text(texts.queue(lines), reply_markup=keyboards.queue(jobs))
        else:
            await _message(update).reply_text(texts.QUEUE_EMPTY)

    async def cancel_all(self, update: Update, _: Context) -> None:
        jobs = await self.store.unfinished(_user(update).id)
        for job in jobs:
            await self._cancel(job.id, job.user_id)
        await _message(update).reply_text(texts.cancelled_jobs(len(jobs)) if jobs else texts.NOTHING_TO_CANCEL)

    async def forget(self, update: Update, _: Context) -> None:
        user = _user(update)
        for job in await self.store.unfinished(user.id):
            await self.dispatcher.cancel(job.id, user.id)
        await self.store.forget(user.id)
        await _message(update).reply_text(texts.FORGOTTEN)

    async def stats(self, update: Update, _: Context) -> None:
        text = texts.stats(await self.store.stats(), await self.store.usual_seconds())
        await _message(update).reply_text(text)

    # Messages.

    async def moving(self, update: Update, _: Context) -> None:
        await _message(update).reply_text(texts.MOVING)

    async def sticker(self, update: Update, _: Context) -> None:
        await _message(update).reply_text(texts.STICKER)

    async def other(self, update: Update, _: Context) -> None:
        message = _message(update)
        await message.reply_text(texts.SEND_PHOTO if message.text else texts.NOT_A_PICTURE)

    async def picture(self, update: Update, _: Context) -> None:
        """A photo to paint, or the style of one that was sent before."""
        message, user = _message(update), _user(update)
        file_id, size = _picture(message)
        if file_id is None:
            await message.reply_text(texts.NOT_A_PICTURE)
        elif size > DOWNLOAD_LIMIT:
            await message.reply_text(texts.too_big(size, DOWNLOAD_LIMIT))
        elif photo := await self._wants_style(message, user):
            await self._paint_in_own_style(photo, file_id, request=f"style/{message.chat_id}/{message.message_id}")
        else:
            photo = Photo(message.chat_id, message.message_id, user.id, file_id, message.media_group_id)
            await self._new_photo(await self.store.add_photo(photo))

    async def _wants_style(self, message: Message, user: User) -> Photo | None:
        """The photo whose style this is: the one it replies to, or one for which a style was asked."""
        if message.reply_to_message:
            return await self.store.photo(message.chat_id, user.id, message.reply_to_message.message_id)
        return await self.store.photo_awaiting_style(message.chat_id, user.id)

    async def _paint_in_own_style(self, photo: Photo, style: str, request: str) -> None:
        album = await self._album(photo) if photo.style_for_album else [photo]
        await self.store.ask_style(photo, photo.gallery_id, asked=False)
        await self._enqueue(album, OWN_STYLE + style, photo.gallery_id, request)

    async def _new_photo(self, photo: Photo) -> None:
        """Reply with a gallery; the photos of an album share that of the first."""
        album = await self._album(photo)
        first = album[0]
        if first.gallery_id is None:
            await self.store.set_gallery(first, await self.screen.new_gallery(first, album))
        elif photo is not first and len(album) in (2, 3):
            # The buttons now mean all of them, and at three the second is not the style any more.
            await self._show_gallery(first, first.gallery_id, album)

    async def _album(self, photo: Photo) -> list[Photo]:
        return await self.store.album(photo.chat_id, photo.album_id) if photo.album_id else [photo]

    async def _show_gallery(self, photo: Photo, message_id: int, album: Sequence[Photo] = ()) -> None:
        caption = texts.GALLERY_ALBUM if len(album) > 1 else texts.GALLERY
        with contextlib.suppress(MessageGone):
            await self.screen.gallery(photo, message_id, caption, album)

    # Buttons. Each is answered, pressed once or ten times.

    async def paint(self, update: Update, context: Context) -> None:
        """A painting was chosen, for one photo or for all of an album."""
        query, match = _press(update, context)
        photo = await self._own_photo(query, match[2])
        if photo is None or self.gallery.painting(match[3]) is None:
            await _answer(query, texts.NOT_YOURS)
            return
        photos = await self._album(photo) if match[1] == "all" else [photo]
        await self._enqueue(
            photos, match[3], _message_id(query), f"gallery/{photo.chat_id}/{_message_id(query)}", query
        )

    async def second_is_style(self, update: Update, context: Context) -> None:
        query, match = _press(update, context)
        photo = await self._own_photo(query, match[1])
        album = await self._album(photo) if photo else []
        if len(album) != 2:
            await _answer(query, texts.NOT_YOURS)
            return
        first, second = album
        request = _gallery_request(query, first)
        await self._enqueue([first], OWN_STYLE + second.file_id, _message_id(query), request, query)

    async def ask_style(self, update: Update, context: Context) -> None:
        query, match = _press(update, context)
        photo = await self._own_photo(query, match[2])
        if photo is None:
            await _answer(query, texts.NOT_YOURS)
            return
        await self.store.ask_style(photo, _message_id(query), asked=True, for_album=match[1] == "ownall")
        await _answer(query)
        await self.screen.asking_style(photo, _message_id(query))

    async def back(self, update: Update, context: Context) -> None:
        query, match = _press(update, context)
        photo = await self._own_photo(query, match[1])
        if photo is None:
            await _answer(query, texts.NOT_YOURS)
            return
        await self.store.ask_style(photo, _message_id(query), asked=False)
        await _answer(query)
        await self._show_gallery(photo, _message_id(query), await self._album(photo) if photo.style_for_album else ())

    async def again(self, update: Update, context: Context) -> None:
        """Another painting: a new gallery, so that the finished one stays."""
        query, match = _press(update, context)
        photo = await self._own_photo(query, match[1])
        await _answer(query, None if photo else texts.NOT_YOURS)
        if photo:
            await self.store.set_gallery(photo, await self.screen.new_gallery(photo))

    async def redo(self, update: Update, context: Context) -> None:
        """The same painting, stronger or softer: a new job in a new message."""
        query, match = _press(update, context)
        job = await self.store.job(int(match[1]), query.from_user.id)
        photo = await self._own_photo(query, job.photo_id) if job else None
        if job is None or photo is None:
            await _answer(query, texts.NOT_YOURS)
            return
        settings = {**job.settings, "strength": match[2]}
        await self._enqueue([photo], job.style, None, f"redo/{job.id}/{match[2]}", query, settings)

    async def cancel(self, update: Update, context: Context) -> None:
        query, match = _press(update, context)
        cancelled = await self._cancel(int(match[1]), query.from_user.id)
        await _answer(query, texts.CANCELLED_ANSWER if cancelled else texts.NOTHING_TO_CANCEL)

    async def unknown_button(self, update: Update, _: Context) -> None:
        if update.callback_query:
            await _answer(update.callback_query, texts.NOT_YOURS)

    async def _own_photo(self, query: CallbackQuery, message_id: str | int) -> Photo | None:
        chat = query.message.chat if query.message else None
        return await self.store.photo(chat.id, query.from_user.id, int(message_id)) if chat else None

    async def _enqueue(
        self,
        photos: Sequence[Photo],
        style: str,
        message_id: int | None,
        request: str,
        query: CallbackQuery | None = None,
        settings: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """A job for each photo: the first in the given message, the others in messages of their own."""
        jobs, refused = [], ""
        for i, photo in enumerate(photos):
            refused = await self._line_is_full(photo.user_id, len(photos) - i)
            if refused:
                break
            job = await self._add(photo, style, settings, message_id if i == 0 else None, f"{request}/{i}", query)
            jobs += [job] if job else []
        if query:
            await _answer(query, refused or (None if jobs else texts.ALREADY), alert=bool(refused))
        for job in jobs:
            if job.message_id:
                await self._show_waiting(job)
        self.dispatcher.wake()
        if refused and not query:
            await self.screen.say(photos[0], refused)

    async def _add(
        self,
        photo: Photo,
        style: str,
        settings: Mapping[str, Any],
        message_id: int | None,
        request: str,
        query: CallbackQuery | None,
    ) -> Job | None:
        job = await self.store.add(photo, style, settings, message_id, request)
        if job is None and message_id and query is None:
            # A style that came as a reply, when the gallery has become a painting already.
            job = await self.store.add(photo, style, settings, None, request)
        return job

    async def _line_is_full(self, user_id: int, more: int) -> str:
        """One sentence for all that cannot join the line; nothing if the next can."""
        own, everybody = await self.store.waiting(user_id)
        if own >= self.config.max_waiting_per_user:
            return texts.line_is_full(more, self.config.max_waiting_per_user)
        return texts.everybody_waits(more) if everybody >= self.config.max_waiting else ""

    async def _show_waiting(self, job: Job) -> None:
        try:
            await self.screen.waiting(job, await self.dispatcher.in_line(job))
        except MessageGone:
            await self.store.cancel(job.id, job.user_id)
        except TelegramError as error:
            # The job goes on; if its chat cannot be reached, its delivery will tell.
            log.info("job %d: its place in line is not shown: %s", job.id, error)

    async def _cancel(self, job_id: int, user_id: int) -> bool:
        """Cancel and show it. Repeated after a crash in between, it is shown all the same."""
        cancelled = await self.dispatcher.cancel(job_id, user_id)
        job = cancelled or await self.store.job(job_id, user_id)
        if job and job.status is JobStatus.CANCELLED:
            with contextlib.suppress(MessageGone):
                await self.screen.ended(job, texts.CANCELLED)
        return cancelled is not None

    async def error(self, update: object, context: Context) -> None:
        """Log first, then tell the person."""
        log.error("an update could not be handled", exc_info=context.error)
        if isinstance(update, Update) and update.effective_message and not isinstance(context.error, Forbidden):
            await update.effective_message.reply_text(texts.ERROR)


def _message(update: Update) -> Message:
    if update.message is None:
        raise ValueError("an update without a message")
    return update.message


def _user(update: Update) -> User:
    if update.effective_user is None:
        raise ValueError("an update without a user")
    return update.effective_user


def _press(update: Update, context: Context) -> tuple[CallbackQuery, re.Match[str]]:
    if update.callback_query is None or not context.matches:
        raise ValueError("an update without a button")
    return update.callback_query, context.matches[0]


def _message_id(query: CallbackQuery) -> int:
    if query.message is None:
        raise ValueError("a button without a message")
    return query.message.message_id


def _gallery_request(query: CallbackQuery, photo: Photo) -> str:
    """A gallery is pressed once, whatever is pressed."""
    return f"gallery/{photo.chat_id}/{_message_id(query)}"


def _picture(message: Message) -> tuple[str | None, int]:
    """file_id and size of the message's picture, if it is one by its looks; the painter decides by its bytes."""
    if message.photo:
        return message.photo[-1].file_id, message.photo[-1].file_size or 0
    document = message.document
    if document and (
        (document.mime_type or "").startswith("image/") or (document.file_name or "").lower().endswith(PICTURE_ENDINGS)
    ):
        return document.file_id, document.file_size or 0
    return None, 0


async def _answer(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    try:
        await query.answer(text, show_alert=alert)
    except TelegramError as error:
        # Too old, after a restart say: the press counts, only its little clock cannot be stopped any more.
        log.info("a button's press could not be answered: %s", error)
