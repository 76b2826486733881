"""The reply to a photo, before there is a job: the gallery, and what else is asked or said of the photo.

The gallery's message asks by its buttons which painting it shall be, and becomes that painting.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ReactionEmoji
from telegram.error import ChatMigrated, TelegramError

from bot.chat import keyboards
from bot.chat.gallery import CONTACT_SHEET, WELCOME, Gallery
from bot.chat.message_editor import MediaFile, MessageDeleted, MessageEditor, MessageWatch, reply_to
from bot.chat.sheet_requests import SheetRequest, SheetRequests
from bot.i18n import languages, texts
from bot.options import PaintOptions
from bot.storage.models import Photo
from bot.storage.storage import Storage
from bot.transport.retry_policy import BEST_EFFORT
from styler.gallery import Painting

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class GalleryMessage:
    """Replies to photos, and to users who have sent none yet."""

    storage: Storage
    options: PaintOptions
    editor: MessageEditor
    sheets: SheetRequests

    @property
    def gallery(self) -> Gallery:
        """The paintings on offer."""
        return self.editor.gallery

    async def post(self, photo: Photo, album: Sequence[Photo] = (), note: str = "") -> None:
        """Reply to a photo with the gallery; `note` is said first."""
        caption = await self._with_preferences(photo, self._ask(photo, album))
        caption = f"{note}\n{caption}" if note else caption
        await self._send(photo, caption, keyboards.gallery(photo, self.gallery.paintings, album))

    async def _send(self, photo: Photo, caption: str, keyboard: InlineKeyboardMarkup) -> None:
        """Send the gallery; if the photo's group has become a supergroup, send it there."""
        place = (photo.message_id, photo.message_thread_id)
        try:
            message_id = await self.editor.send(photo.chat_id, _picture_for(photo, caption), caption, keyboard, *place)
        except ChatMigrated as error:
            await self.storage.photos.move(photo.chat_id, photo.message_id, error.new_chat_id)
            await self._send(replace(photo, chat_id=error.new_chat_id, message_thread_id=None), caption, keyboard)
        else:
            await self.storage.photos.set_gallery(photo, message_id)
            self._request_sheet(photo, message_id)

    async def show(self, photo: Photo, message_id: int, caption: str = "", album: Sequence[Photo] = ()) -> None:
        """Turn the message (back) into the gallery."""
        keyboard = keyboards.gallery(photo, self.gallery.paintings, album)
        caption = await self._with_preferences(photo, caption or self._ask(photo, album))
        await self._edit(photo, message_id, caption, keyboard, _picture_for(photo, caption))
        self._request_sheet(photo, message_id)

    async def _edit(
        self,
        photo: Photo,
        message_id: int,
        caption: str,
        keyboard: InlineKeyboardMarkup,
        picture: MediaFile | None = None,
    ) -> None:
        """Change the gallery's message, unless that was deleted."""
        try:
            await self.editor.edit(photo.chat_id, message_id, caption, keyboard, picture)
        except MessageDeleted:
            log.info("a gallery was deleted")
        except ChatMigrated:  # in a supergroup, older messages cannot be changed
            await self._send(photo, caption, keyboard)

    def _request_sheet(self, photo: Photo, message_id: int) -> None:
        """Ask for a sheet of the photo's own, unless the gallery shows it already."""
        if not _has_sheet(photo):
            self.sheets.add(SheetRequest(photo, message_id, self.editor.watch(photo.chat_id, message_id)))

    async def show_sheet(self, photo: Photo, message_id: int, sheet: bytes, watch: MessageWatch) -> bool:
        """Let the gallery show the photo in the manner of each painting, unless it was changed meanwhile."""
        album = await self.storage.photos.album(photo)
        caption = await self._with_preferences(photo, self._ask(photo, album))
        keyboard = keyboards.gallery(photo, self.gallery.paintings, album)
        async with self.editor.lock(photo.chat_id, message_id):
            if watch.changed:
                return False
            try:
                file_id = await self.editor.edit_locked(
                    photo.chat_id, message_id, caption, keyboard, sheet, BEST_EFFORT
                )
            except MessageDeleted:
                return False
        if file_id:
            await self.storage.photos.set_sheet(photo, file_id, languages.current())
        return True

    def _ask(self, photo: Photo, album: Sequence[Photo]) -> str:
        """What stands above the buttons of a gallery."""
        if len(album) > 1:
            clips = any(one.clip for one in album)
            return texts.gallery_album() + (f"\n{texts.clips_of_album(self.options.clip_seconds)}" if clips else "")
        return texts.gallery_of_clip(self.options.clip_seconds) if photo.clip else texts.gallery()

    async def _with_preferences(self, photo: Photo, caption: str) -> str:
        """The caption, with the user's preferences, if those are not what everybody gets. The size of a file's
        painting is its own, and that of a clip's is not the user's to choose.
        """
        preferences = (await self.storage.users.get(photo.user_id)).preferences
        sized = not (photo.clip or photo.format)
        chosen = texts.chosen({name: value for name, value in preferences.items() if sized or name != "size"})
        return f"{caption}\n{chosen}" if chosen else caption

    async def ask_style(self, photo: Photo, message_id: int) -> None:
        """Ask for a picture of the user's own, as the style."""
        ask = texts.ask_style_by_reply() if photo.chat_id < 0 else texts.ask_style()
        await self._edit(photo, message_id, ask, keyboards.asking_style(photo))

    async def ask_to_blend(self, photo: Photo, message_id: int, painting: Painting) -> None:
        """Ask for a picture of the user's own, as the second of a blend."""
        ask = texts.ask_to_blend_by_reply(painting) if photo.chat_id < 0 else texts.ask_to_blend(painting)
        await self._edit(photo, message_id, ask, keyboards.asking_style(photo))

    async def ask_for_blend(self, photo: Photo, message_id: int, chosen: Sequence[Painting], for_album: bool) -> None:
        """Ask for the first painting of a blend, or with one `chosen` for the second."""
        ask = texts.blend_second(*chosen) if chosen else texts.blend_first()
        keyboard = keyboards.blend_paintings(photo, for_album, chosen, self.gallery.paintings)
        await self._edit(photo, message_id, ask, keyboard)

    async def ask_for_weights(
        self, photo: Photo, message_id: int, styles: tuple[Painting, Painting | None], for_album: bool
    ) -> None:
        """Ask how much of each of two styles. None is a picture of the user's own."""
        keyboard = keyboards.blend_weights(photo, for_album, *styles)
        await self._edit(photo, message_id, texts.blend_shares(*styles), keyboard)

    async def welcome(self, chat_id: int) -> None:
        """Say what the bot does, with an example."""
        await self.editor.send(chat_id, WELCOME, texts.start())

    async def post_contact_sheet(self, chat_id: int) -> None:
        """The contact sheet without buttons, for a chat that has sent no photo yet."""
        await self.editor.send(chat_id, CONTACT_SHEET, texts.paintings())

    async def react(self, chat_id: int, message_id: int) -> None:
        """A pair of eyes on a picture, at once. Some groups allow no reactions."""
        try:
            await self.editor.bot.set_message_reaction(
                chat_id, message_id, ReactionEmoji.EYES, rate_limit_args=BEST_EFFORT
            )
        except TelegramError as error:
            log.info("no reaction to a photo: %s", error)

    async def reply(self, photo: Photo, sentence: str) -> None:
        """A sentence about a photo, where there is no message of ours to change."""
        reply = reply_to(photo.message_id)
        await self.editor.bot.send_message(
            photo.chat_id, sentence, reply_parameters=reply, message_thread_id=photo.message_thread_id
        )


def _has_sheet(photo: Photo) -> bool:
    """The names on it are in the current language."""
    return photo.sheet_file_id is not None and photo.sheet_language == languages.current()


def _picture_for(photo: Photo, caption: str) -> str | InputMediaPhoto:
    """What a gallery shows: the photo in the manner of each painting, if that is at Telegram, or else the paintings."""
    if photo.sheet_file_id and _has_sheet(photo):
        return InputMediaPhoto(photo.sheet_file_id, caption)
    return CONTACT_SHEET
