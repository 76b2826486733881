"""The reply to a photo, before there is a job: the gallery, and what else is asked or said of the photo.

The gallery's message asks by its buttons which painting it shall be, and becomes that painting.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import InlineKeyboardMarkup
from telegram.constants import ReactionEmoji
from telegram.error import ChatMigrated, TelegramError

from bot.chat import keyboards
from bot.chat.gallery import CONTACT_SHEET, WELCOME, Gallery, contact_sheet_of
from bot.chat.gallery_pages import Page
from bot.chat.gallery_view import GalleryView, SheetKind
from bot.chat.message_editor import MediaFile, MessageDeleted, MessageEditor, reply_to
from bot.chat.sheet_requests import SheetRequest, SheetRequests
from bot.i18n import texts
from bot.options import LARGER, STEPS, PaintOptions
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

    async def post(
        self, photo: Photo, album: Sequence[Photo] = (), note: str = "", react_to: int | None = None
    ) -> None:
        """Reply to a photo with the gallery; `note` is said first. A reaction to the message `react_to` waits only
        until that is on its way.
        """
        if photo.style_asked_at is not None:  # in an earlier gallery
            await self.ask_no_more(photo)
        ask = self._ask(photo, album)
        view = await self._view(photo, f"{note}\n{ask}" if note else ask, album)
        reactions = [self.react(photo.chat_id, react_to)] if react_to else []
        await asyncio.gather(self._send(photo, view), *reactions)

    async def _view(self, photo: Photo, caption: str, album: Sequence[Photo] = (), page: int = 0) -> GalleryView:
        """The page of this number. In the caption also what was wished under the photo, and the user's preferences, if
        those are not what everybody gets: the size of a file's painting is its own, and that of a clip's is not the
        user's to choose.
        """
        shown = self.gallery.page(page)
        preferences = await self._preferences(photo)
        sized = not (photo.clip or photo.format)
        wishes = next((one.wishes for one in (photo, *album) if one.wishes), {})
        chosen = texts.chosen({
            name: value
            for name, value in preferences.items()
            if name not in wishes and (sized or name != "size")
        })  # fmt: skip
        wished = texts.wished(wishes, wishes.get(STEPS, 0), LARGER in wishes)
        lines = [_with_page(caption, shown), wished, chosen]
        keyboard = keyboards.gallery(photo, shown, album)
        return GalleryView("\n".join(filter(None, lines)), keyboard, SheetKind.of(shown, preferences))

    async def _preferences(self, photo: Photo) -> Mapping[str, Any]:
        return (await self.storage.users.get(photo.user_id)).preferences

    async def _sheet_kind(self, photo: Photo, page: Page) -> SheetKind:
        return SheetKind.of(page, await self._preferences(photo))

    async def _send(self, photo: Photo, view: GalleryView) -> None:
        """Send the gallery; if the photo's group has become a supergroup, send it there."""
        place = (photo.message_id, photo.message_thread_id)
        picture = view.picture(photo)
        try:
            message_id = await self.editor.send(photo.chat_id, picture, view.caption, view.keyboard, *place)
        except ChatMigrated as error:
            await self.storage.photos.move(photo.chat_id, photo.message_id, error.new_chat_id)
            await self._send(replace(photo, chat_id=error.new_chat_id, message_thread_id=None), view)
        else:
            await self.storage.photos.set_gallery(photo, message_id)
            self._request_sheet(photo, message_id, view)

    async def show(
        self, photo: Photo, message_id: int, caption: str = "", album: Sequence[Photo] = (), page: int = 0
    ) -> None:
        """Turn the message (back) into the gallery, at the page of this number."""
        view = await self._view(photo, caption or self._ask(photo, album), album, page)
        await self._edit(photo, message_id, view.caption, view.keyboard, view.picture(photo))
        self._request_sheet(photo, message_id, view)

    async def show_anew(self, photo: Photo) -> None:
        """Show what is new of a photo, if its gallery still is one: another picture, or what is wished."""
        message_id, asked = photo.gallery_message_id, photo.style_asked_at is not None
        if message_id and not asked and not await self.storage.job_search.has_message(photo.chat_id, message_id):
            await self.show(photo, message_id, album=await self.storage.photos.album(photo))

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
            await self._send(photo, GalleryView(caption, keyboard, await self._sheet_kind(photo, self.gallery.page(0))))

    def _request_sheet(self, photo: Photo, message_id: int, view: GalleryView) -> None:
        """Ask for a sheet of the photo's own, unless the gallery shows it already."""
        if view.sheet.of_photo(photo) is None:
            self.sheets.add(SheetRequest(photo, message_id, view, self.editor.watch(photo.chat_id, message_id)))

    async def show_sheet(self, request: SheetRequest, sheet: bytes) -> bool:
        """Let the gallery show the photo in the manner of each painting, with what else it shows, unless it was changed
        meanwhile.
        """
        photo, view = request.photo, request.view
        async with self.editor.lock(photo.chat_id, request.message_id):
            if request.watch.changed:
                return False
            try:
                file_id = await self.editor.edit_locked(
                    photo.chat_id, request.message_id, view.caption, view.keyboard, sheet, BEST_EFFORT
                )
            except MessageDeleted:
                return False
        if file_id:
            await self.storage.photos.set_sheet(photo, view.sheet.key, file_id)
        return True

    def _ask(self, photo: Photo, album: Sequence[Photo]) -> str:
        """What stands above the buttons of a gallery."""
        if len(album) > 1:
            clips = any(one.clip for one in album)
            return texts.gallery_album() + (f"\n{texts.clips_of_album(self.options.clip_seconds)}" if clips else "")
        return texts.gallery_of_clip(self.options.clip_seconds) if photo.clip else texts.gallery()

    async def ask_style(self, photo: Photo, message_id: int, page: int) -> None:
        """Ask for a picture of the user's own, as the style."""
        ask = texts.ask_style_by_reply() if photo.chat_id < 0 else texts.ask_style()
        await self._edit(photo, message_id, ask, keyboards.asking_style(photo, page))

    async def ask_no_more(self, photo: Photo, *, show: bool = True) -> None:
        """The user's next picture is a photo like any other; the message is the gallery again, if it shall `show`."""
        try:
            if photo.gallery_message_id and show:
                album = await self.storage.photos.album(photo) if photo.style_for_album else []
                await self.show(photo, photo.gallery_message_id, album=album)
        finally:  # last: if the bot dies before this, it is shown again
            await self.storage.photos.close_style_request(photo)

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
        view = GalleryView(ask, keyboard, await self._sheet_kind(photo, shown))
        await self._edit(photo, message_id, ask, keyboard, view.picture(photo) if shown.count > 1 else None)

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
            await self.editor.edit(chat_id, message_id, caption, keyboard, contact_sheet_of(page.number))

    async def react(self, chat_id: int, message_id: int) -> None:
        """A pair of eyes on what asks for a painting, at once, until that is there. Some groups allow no reactions."""
        await self._set_reaction(chat_id, message_id, ReactionEmoji.EYES)

    async def look_away(self, chat_id: int, message_id: int) -> None:
        """Take the eyes from what no painting comes of yet."""
        await self._set_reaction(chat_id, message_id, None)

    async def _set_reaction(self, chat_id: int, message_id: int, emoji: str | None) -> None:
        try:
            await self.editor.bot.set_message_reaction(chat_id, message_id, emoji, rate_limit_args=BEST_EFFORT)
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
