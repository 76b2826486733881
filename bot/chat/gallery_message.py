"""The reply to a photo, before there is a job: the gallery, and what else is asked or said of the photo.

The gallery's message asks by its buttons which painting it shall be, and becomes that painting.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from telegram import InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ReactionEmoji
from telegram.error import ChatMigrated, TelegramError

from bot.chat import keyboards
from bot.chat.gallery import CONTACT_SHEET, WELCOME, Gallery, sheet_of
from bot.chat.gallery_pages import Page
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
        page = self.gallery.page(0)
        caption = await self._with_preferences(photo, self._ask(photo, album), page)
        caption = f"{note}\n{caption}" if note else caption
        await self._send(photo, caption, keyboards.gallery(photo, page, album))

    async def _send(self, photo: Photo, caption: str, keyboard: InlineKeyboardMarkup) -> None:
        """Send the gallery; if the photo's group has become a supergroup, send it there."""
        place = (photo.message_id, photo.message_thread_id)
        picture = _picture_for(photo, caption, self.gallery.page(0))
        try:
            message_id = await self.editor.send(photo.chat_id, picture, caption, keyboard, *place)
        except ChatMigrated as error:
            await self.storage.photos.move(photo.chat_id, photo.message_id, error.new_chat_id)
            await self._send(replace(photo, chat_id=error.new_chat_id, message_thread_id=None), caption, keyboard)
        else:
            await self.storage.photos.set_gallery(photo, message_id)
            self._request_sheet(photo, message_id)

    async def show(
        self, photo: Photo, message_id: int, caption: str = "", album: Sequence[Photo] = (), page: int = 0
    ) -> None:
        """Turn the message (back) into the gallery, at the page of this number."""
        shown = self.gallery.page(page)
        keyboard = keyboards.gallery(photo, shown, album)
        caption = await self._with_preferences(photo, caption or self._ask(photo, album), shown)
        await self._edit(photo, message_id, caption, keyboard, _picture_for(photo, caption, shown))
        self._request_sheet(photo, message_id, shown.number)

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

    def _request_sheet(self, photo: Photo, message_id: int, page: int = 0) -> None:
        """Ask for a sheet of the photo's own, unless the gallery shows it already."""
        if _own_sheet(photo, self.gallery.page(page)) is None:
            self.sheets.add(SheetRequest(photo, message_id, self.editor.watch(photo.chat_id, message_id), page))

    async def show_sheet(self, photo: Photo, message_id: int, sheet: bytes, watch: MessageWatch, page: int) -> bool:
        """Let the page show the photo in the manner of each painting, unless the gallery was changed meanwhile."""
        album, shown = await self.storage.photos.album(photo), self.gallery.page(page)
        caption = await self._with_preferences(photo, self._ask(photo, album), shown)
        keyboard = keyboards.gallery(photo, shown, album)
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
            await self.storage.photos.set_sheet(photo, _sheet_key(shown), file_id)
        return True

    def _ask(self, photo: Photo, album: Sequence[Photo]) -> str:
        """What stands above the buttons of a gallery."""
        if len(album) > 1:
            clips = any(one.clip for one in album)
            return texts.gallery_album() + (f"\n{texts.clips_of_album(self.options.clip_seconds)}" if clips else "")
        return texts.gallery_of_clip(self.options.clip_seconds) if photo.clip else texts.gallery()

    async def _with_preferences(self, photo: Photo, caption: str, page: Page) -> str:
        """The caption, with the page, and the user's preferences, if those are not what everybody gets. The size of a
        file's painting is its own, and that of a clip's is not the user's to choose.
        """
        caption = _with_page(caption, page)
        preferences = (await self.storage.users.get(photo.user_id)).preferences
        sized = not (photo.clip or photo.format)
        chosen = texts.chosen({name: value for name, value in preferences.items() if sized or name != "size"})
        return f"{caption}\n{chosen}" if chosen else caption

    async def ask_style(self, photo: Photo, message_id: int, page: int) -> None:
        """Ask for a picture of the user's own, as the style."""
        ask = texts.ask_style_by_reply() if photo.chat_id < 0 else texts.ask_style()
        await self._edit(photo, message_id, ask, keyboards.asking_style(photo, page))

    async def ask_to_blend(self, photo: Photo, message_id: int, painting: Painting, page: int) -> None:
        """Ask for a picture of the user's own, as the second of a blend."""
        ask = texts.ask_to_blend_by_reply(painting) if photo.chat_id < 0 else texts.ask_to_blend(painting)
        await self._edit(photo, message_id, ask, keyboards.asking_style(photo, page))

    async def ask_for_blend(
        self, photo: Photo, message_id: int, chosen: Sequence[Painting], for_album: bool, page: int
    ) -> None:
        """Ask for the first painting of a blend, or with one `chosen` for the second, from the page of this number."""
        shown = self.gallery.page(page)
        ask = _with_page(texts.blend_second(*chosen) if chosen else texts.blend_first(), shown)
        keyboard = keyboards.blend_paintings(photo, for_album, chosen, shown)
        picture = _picture_for(photo, ask, shown) if shown.count > 1 else None
        await self._edit(photo, message_id, ask, keyboard, picture)

    async def ask_for_weights(
        self, photo: Photo, message_id: int, styles: tuple[Painting, Painting | None], for_album: bool, page: int = 0
    ) -> None:
        """Ask how much of each of two styles. None is a picture of the user's own."""
        keyboard = keyboards.blend_weights(photo, for_album, *styles, page)
        await self._edit(photo, message_id, texts.blend_weights(*styles), keyboard)

    async def welcome(self, chat_id: int) -> None:
        """Say what the bot does, with an example."""
        await self.editor.send(chat_id, WELCOME, texts.start())

    async def post_contact_sheet(self, chat_id: int) -> None:
        """The contact sheet without buttons to choose by, for a chat that has sent no photo yet."""
        page = self.gallery.page(0)
        await self.editor.send(chat_id, CONTACT_SHEET, _with_page(texts.paintings(), page), keyboards.paintings(page))

    async def show_contact_sheet(self, chat_id: int, message_id: int, number: int) -> None:
        """Turn to another page of that."""
        page = self.gallery.page(number)
        caption, keyboard = _with_page(texts.paintings(), page), keyboards.paintings(page)
        with contextlib.suppress(MessageDeleted):
            await self.editor.edit(chat_id, message_id, caption, keyboard, sheet_of(page.number))

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


def _with_page(caption: str, page: Page) -> str:
    return f"{caption}\n{texts.page(page.number + 1, page.count)}" if page.count > 1 else caption


def _own_sheet(photo: Photo, page: Page) -> str | None:
    """The file_id of the photo's own sheet of this page, with names in the current language."""
    return photo.sheets.get(_sheet_key(page))


def _sheet_key(page: Page) -> str:
    """What the sheet is of. When an operator has changed the paintings of the page, it is another sheet."""
    return f"{languages.current()} {crc32(' '.join(painting.name for painting in page.paintings).encode()):08x}"


def _picture_for(photo: Photo, caption: str, page: Page) -> str | InputMediaPhoto:
    """What a page shows: the photo in the manner of each painting, if that is at Telegram, or else the paintings."""
    own = _own_sheet(photo, page)
    return InputMediaPhoto(own, caption) if own else sheet_of(page.number)
