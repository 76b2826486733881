"""What people say later about a photo: a painting's name, 'stronger', another caption; or another picture instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Message, Update

from bot.chat.gallery import Gallery
from bot.handlers import caption_parser
from bot.handlers.caption_parser import PaintRequest
from bot.handlers.context import Context, message_of, replied_to, user_of
from bot.handlers.mentions import text_addressed_to_bot
from bot.handlers.photos import Photos, has_picture, request_of, too_big, with_new_media
from bot.i18n import texts
from bot.jobs.requests import JobRequest, JobRequests
from bot.storage.models import Photo
from bot.storage.storage import Storage


@dataclass(frozen=True)
class FollowUps:
    storage: Storage
    gallery: Gallery
    pictures: Photos
    orders: JobRequests

    async def text(self, update: Update, _: Context) -> None:
        """A painting's name, for the photo that is replied to (or its painting), or else the last photo or album."""
        message = message_of(update)
        if await self.painted_again(message, user_of(update).id, message.text or ""):
            return
        wish = caption_parser.parse_caption(message.text or "", self.gallery.paintings)
        photos = await self._meant(message, user_of(update).id) if wish else []
        if wish and photos:
            await self._start(photos, wish, request=f"text/{message.chat_id}/{message.message_id}")
        else:
            await message.reply_text(texts.send_photo())

    async def painted_again(self, message: Message, user_id: int, words: str) -> bool:
        """'Stronger' in a reply to a painting, or whatever else changes it."""
        replied, change = message.reply_to_message, caption_parser.parse_settings(words)
        if replied is None or not change:
            return False
        job = await self.storage.job_search.shown_in(message.chat_id, user_id, replied.message_id)
        photo = await self.storage.photos.get(message.chat_id, user_id, job.photo_message_id) if job else None
        if job is None or photo is None:
            return False
        request = f"text/{message.chat_id}/{message.message_id}"
        await self.orders.sent(JobRequest.changed(job, photo, request, {**job.settings, **change}))
        return True

    async def _meant(self, message: Message, user_id: int) -> list[Photo]:
        if replied := replied_to(message):
            photo = await self.storage.photos.shown_in(message.chat_id, replied.message_id)
            if photo is None or photo.user_id != user_id:
                return []
            return await self.orders.album(photo) if replied.message_id == photo.gallery_message_id else [photo]
        last = await self.storage.photos.latest(message.chat_id, user_id)
        return await self.orders.album(last) if last else []

    async def edited(self, update: Update, _: Context) -> None:
        """A new picture takes the place of the old one. If the words under it are a wish, it is painted at once; and
        with it its album, unless a caption has begun that already. In a group, the words may be the first that address
        the bot.
        """
        message = update.edited_message
        if message is None or message.from_user is None:
            raise ValueError("an update without an edited message")
        photo = await self.storage.photos.get(message.chat_id, message.from_user.id, message.message_id)
        said = text_addressed_to_bot(message) if message.chat_id < 0 else message.caption
        if photo is None:
            if message.chat_id < 0 and said is not None and has_picture(message):
                await self.pictures.take(message, message, said)
            return
        if refused := too_big(message, self.orders.config.download_limit):
            await message.reply_text(refused)
            return
        before, photo = photo, await self.storage.photos.add(with_new_media(photo, message))
        wish = caption_parser.parse_caption(said or "", self.gallery.paintings)
        if wish and not (photo.media_group_id and await self.storage.job_search.started_by_caption(photo)):
            await self._start(await self.orders.album(photo), wish, request_of(message, wish))
        elif photo.file_id != before.file_id:
            await self._show_anew(photo)

    async def _show_anew(self, photo: Photo) -> None:
        """The gallery may show the picture that was exchanged."""
        shown = photo.gallery_message_id
        asked = photo.style_asked_at is not None
        if shown and not asked and not await self.storage.job_search.has_message(photo.chat_id, shown):
            await self.pictures.replies.show_gallery(photo, shown, album=await self.orders.album(photo))

    async def _start(self, photos: Sequence[Photo], wish: PaintRequest, request: str) -> None:
        """As by a button of their gallery, unless that gallery is for more photos of an album. Photos that waited for
        a style picture do so no longer, unless the line is full.
        """
        all_of_it = len(photos) == len(await self.orders.album(photos[0]))
        gallery_message_id = photos[0].gallery_message_id if all_of_it else None
        sent = await self.orders.sent(JobRequest(photos, wish.style, request, gallery_message_id, wishes=wish.settings))
        for photo in photos:
            if sent and photo.style_asked_at is not None:
                await self.storage.photos.close_style_request(photo)
