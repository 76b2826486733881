"""The buttons of a gallery, and the one that opens a new gallery."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Update

from bot.chat.callback_data import (
    BackToGallery,
    ChoosePainting,
    PaintAnother,
    RequestStyle,
    SwitchLive,
    UseSecondAsStyle,
)
from bot.chat.gallery_message import GalleryMessage
from bot.handlers.context import Context, answer, message_id_of, press_of
from bot.handlers.media import switched
from bot.handlers.ownership import Ownership
from bot.handlers.submission import Submission
from bot.i18n import texts
from bot.storage.photos import PhotoTable
from bot.storage.styles import Blend, CustomStyle, GalleryStyle


@dataclass(frozen=True)
class GalleryButtons:
    """Chooses a style for a photo, or for all of its album. Each press is answered, pressed once or ten times."""

    photos: PhotoTable
    gallery_message: GalleryMessage
    submission: Submission
    ownership: Ownership

    async def paint(self, update: Update, _: Context) -> None:
        """A painting was chosen."""
        query, choice = press_of(update, ChoosePainting)
        photo = await self.ownership.photo(query, choice.photo_message_id)
        if photo is None or self.gallery_message.gallery.painting(choice.painting) is None:
            await answer(query, texts.not_yours())
            return
        photos = await self.photos.album(photo) if choice.for_album else [photo]
        await self.submission.from_gallery(query, photos, Blend.of(GalleryStyle(choice.painting)))

    async def use_second_as_style(self, update: Update, _: Context) -> None:
        """Of an album of two, the second photo is the style of the first."""
        query, choice = press_of(update, UseSecondAsStyle)
        photo = await self.ownership.photo(query, choice.photo_message_id)
        album = await self.photos.album(photo) if photo else []
        if len(album) != 2 or album[1].clip:
            await answer(query, texts.not_yours())
            return
        first, second = album
        await self.submission.from_gallery(query, [first], Blend.of(CustomStyle(second.file_id)))

    async def request_style(self, update: Update, _: Context) -> None:
        """A picture of the user's own shall be the style."""
        query, choice = press_of(update, RequestStyle)
        photo = await self.ownership.photo_of_gallery(query, choice.photo_message_id)
        if photo is None:
            return
        await self.photos.open_style_request(photo, message_id_of(query), for_album=choice.for_album)
        await answer(query)
        await self.gallery_message.ask_style(photo, message_id_of(query), choice.page)

    async def switch_live(self, update: Update, _: Context) -> None:
        """The other part of a live photo shall be painted."""
        query, choice = press_of(update, SwitchLive)
        photo = await self.ownership.photo_of_gallery(query, choice.photo_message_id)
        if photo is None:
            return
        await answer(query, None if photo.live_file_id else texts.not_yours())
        if photo.live_file_id:
            await self.gallery_message.show(await self.photos.add(switched(photo)), message_id_of(query))

    async def back(self, update: Update, _: Context) -> None:
        """Back to the gallery, or to another page of it; a style is asked for no more."""
        query, choice = press_of(update, BackToGallery)
        photo = await self.ownership.photo_of_gallery(query, choice.photo_message_id)
        if photo is None:
            return
        await self.photos.close_style_request(photo, message_id_of(query))
        await answer(query)
        album = await self.photos.album(photo) if photo.style_for_album or choice.for_album else ()
        await self.gallery_message.show(photo, message_id_of(query), album=album, page=choice.page)

    async def paint_another(self, update: Update, _: Context) -> None:
        """Another painting of a photo or album: a new gallery, so that the finished one stays."""
        query, choice = press_of(update, PaintAnother)
        photo = await self.ownership.photo(query, choice.photo_message_id)
        await answer(query, None if photo else texts.not_yours())
        if photo:
            album = await self.photos.album(photo) if choice.for_album else [photo]
            await self.gallery_message.post(album[0], album)
