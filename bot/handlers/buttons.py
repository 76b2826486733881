"""Presses of buttons. Each is answered, pressed once or ten times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, Chat, Update

from bot.chat.gallery import Gallery
from bot.chat.gallery_message import GalleryMessage
from bot.chat.keyboards import OWN
from bot.handlers.context import Context, answer, callback_query_of, change_text, is_admin, message_id_of
from bot.i18n import languages, texts
from bot.jobs.requests import JobRequest, JobRequests
from bot.options import blend
from bot.storage.models import CUSTOM_STYLE, STYLE_SEPARATOR, Job, Photo
from bot.storage.storage import Storage
from styler.gallery import Painting


@dataclass(frozen=True)
class Buttons:
    storage: Storage
    gallery: Gallery
    replies: GalleryMessage
    orders: JobRequests

    async def paint(self, update: Update, context: Context) -> None:
        """A painting was chosen, for one photo or for all of an album."""
        query, match = callback_query_of(update, context)
        photo = await self._own_photo(query, match[2])
        if photo is None or self.gallery.painting(match[3]) is None:
            await answer(query, texts.not_yours())
            return
        photos = await self.orders.album(photo) if match[1] == "all" else [photo]
        await self.orders.pressed(query, _order(query, photos, match[3]))

    async def blend(self, update: Update, context: Context) -> None:
        """One painting after the other is chosen for a blend, and then how much of each."""
        query, match = callback_query_of(update, context)
        photo, chosen = await self._photo_of_gallery(query, match[2]), self._blended(match[3])
        if photo is None:
            return
        await answer(query, texts.not_yours() if chosen is None else None)
        if chosen is not None:
            await self.replies.blending(photo, message_id_of(query), match[1], chosen)

    async def ask_to_blend(self, update: Update, context: Context) -> None:
        """The second of the two shall be a picture of the person's own."""
        query, match = callback_query_of(update, context)
        photo, chosen = await self._photo_of_gallery(query, match[2]), self._blended(match[3])
        if photo is None:
            return
        await answer(query, None if chosen else texts.not_yours())
        if chosen:
            gallery_message_id, for_album = message_id_of(query), match[1] == "mixall"
            [painting] = chosen
            await self.storage.photos.open_style_request(
                photo, gallery_message_id, for_album=for_album, blend_with=painting.name
            )
            await self.replies.asking_to_blend(photo, gallery_message_id, painting)

    async def paint_blend(self, update: Update, context: Context) -> None:
        query, match = callback_query_of(update, context)
        photo = await self._own_photo(query, match[2])
        styles = self._styles(photo, match[3], match[4]) if photo else None
        if photo is None or styles is None:
            await answer(query, texts.not_yours())
            return
        photos = await self.orders.album(photo) if match[1] == "mixall" else [photo]
        await self.orders.pressed(query, _order(query, photos, STYLE_SEPARATOR.join(styles), **blend(int(match[5]))))

    def _styles(self, photo: Photo, first: str, second: str) -> list[str] | None:
        """The two styles that callback data names, in a job's way of naming them."""
        chosen = self._blended(first if second == OWN else f"{first}:{second}")
        names = [painting.name for painting in chosen or ()]
        names += [CUSTOM_STYLE + photo.custom_style] if second == OWN and photo.custom_style else []
        return names if len(names) == 2 else None

    def _blended(self, keys: str) -> list[Painting] | None:
        """The paintings that callback data names; None if one is unknown, named twice, or not for blending."""
        named = keys.split(":")[1:]
        found = [painting for key in named if (painting := self.gallery.by_key(key))]
        return found if len(set(named)) == len(named) == len(found) else None

    async def second_is_style(self, update: Update, context: Context) -> None:
        query, match = callback_query_of(update, context)
        photo = await self._own_photo(query, match[1])
        album = await self.orders.album(photo) if photo else []
        if len(album) != 2:
            await answer(query, texts.not_yours())
            return
        first, second = album
        await self.orders.pressed(query, _order(query, [first], CUSTOM_STYLE + second.file_id))

    async def ask_style(self, update: Update, context: Context) -> None:
        query, match = callback_query_of(update, context)
        photo = await self._photo_of_gallery(query, match[2])
        if photo is None:
            return
        await self.storage.photos.open_style_request(photo, message_id_of(query), for_album=match[1] == "ownall")
        await answer(query)
        await self.replies.asking_style(photo, message_id_of(query))

    async def back(self, update: Update, context: Context) -> None:
        query, match = callback_query_of(update, context)
        photo = await self._photo_of_gallery(query, match[2])
        if photo is None:
            return
        await self.storage.photos.close_style_request(photo, message_id_of(query))
        await answer(query)
        album = await self.orders.album(photo) if photo.style_for_album or match[1] == "backall" else ()
        await self.replies.show_gallery(photo, message_id_of(query), album=album)

    async def again(self, update: Update, context: Context) -> None:
        """Another painting, for one photo or for all of an album: a new gallery, so that the finished one stays."""
        query, match = callback_query_of(update, context)
        photo = await self._own_photo(query, match[2])
        await answer(query, None if photo else texts.not_yours())
        if photo:
            album = await self.orders.album(photo) if match[1] == "againall" else [photo]
            await self.replies.new_gallery(album[0], album)

    async def redo(self, update: Update, context: Context) -> None:
        """The same painting, stronger, larger or as a file: a new job in a new message."""
        query, match = callback_query_of(update, context)
        job = await self._own_job(query, match[1])
        photo = await self._own_photo(query, job.photo_message_id) if job else None
        settings = self.orders.choices.changed(job, match[2]) if job else None
        if job is None or photo is None or settings is None:
            await answer(query, texts.not_yours())
            return
        await self.orders.pressed(query, JobRequest.changed(job, photo, f"redo/{job.id}/{match[2]}", settings))

    async def cancel(self, update: Update, context: Context) -> None:
        query, match = callback_query_of(update, context)
        job = await self._own_job(query, match[1])
        cancelled = job and await self.orders.cancel(job.id, job.user_id)
        await answer(query, texts.cancelled_answer() if cancelled else texts.nothing_to_cancel())

    async def keep(self, update: Update, context: Context) -> None:
        """Stop a clip here, and have what is painted of it."""
        query, match = callback_query_of(update, context)
        job = await self._own_job(query, match[1])
        if job is None:
            await answer(query, texts.not_yours())
        elif await self.orders.dispatcher.keep(job.id, job.user_id):
            await answer(query, texts.kept_answer())
        else:
            job = await self.storage.job_search.get(job.id, job.user_id)  # it may have ended since it was looked up
            await answer(query, texts.nothing_to_keep() if job and job.is_active else texts.ended_already())

    async def drop(self, update: Update, context: Context) -> None:
        """Cancel a job in the list of a person's jobs, and take it from the list."""
        query, _ = callback_query_of(update, context)
        await self.cancel(update, context)
        await change_text(query, *await self.orders.queue(query.from_user.id))

    async def stop(self, update: Update, context: Context) -> None:
        """Cancel all that is left of an album."""
        query, match = callback_query_of(update, context)
        photo = await self._own_photo(query, match[1])
        cancelled = photo and await self.orders.cancel_album(photo, message_id_of(query))
        await answer(query, texts.cancelled_answer() if cancelled else texts.nothing_to_cancel())

    async def unknown(self, update: Update, _: Context) -> None:
        if update.callback_query:
            await answer(update.callback_query, texts.not_yours())

    async def _photo_of_gallery(self, query: CallbackQuery, message_id: str) -> Photo | None:
        """The photo of the person who presses, if the button's message still is its gallery. Otherwise the press is
        answered here: the message has become a painting meanwhile, which must stay, or the callback data is forged.
        """
        photo = await self._own_photo(query, message_id)
        if photo is None:
            await answer(query, texts.not_yours())
        elif await self.storage.job_search.has_message(photo.chat_id, message_id_of(query)):
            await answer(query, texts.already())
        else:
            return photo
        return None

    async def _own_photo(self, query: CallbackQuery, message_id: str | int) -> Photo | None:
        """The photo of the person who presses; for an admin of a group, also another person's."""
        chat = query.message.chat if query.message else None
        if chat is None:
            return None
        own = await self.storage.photos.get(chat.id, query.from_user.id, int(message_id))
        if own or chat.type == chat.PRIVATE:
            return own
        photo = await self.storage.photos.in_chat(chat.id, int(message_id))
        return photo if photo and await self._may_press(query, chat, photo.user_id) else None

    async def _own_job(self, query: CallbackQuery, job_id: str) -> Job | None:
        """The job of the person who presses; for an admin of a group, also another person's."""
        chat = query.message.chat if query.message else None
        own = await self.storage.job_search.get(int(job_id), query.from_user.id)
        if own or chat is None or chat.type == chat.PRIVATE:
            return own
        job = await self.storage.job_search.in_chat(int(job_id), chat.id)
        return job if job and await self._may_press(query, chat, job.user_id) else None

    async def _may_press(self, query: CallbackQuery, chat: Chat, owner_id: int) -> bool:
        """Whether an admin presses the button of another person, in whose language the message stays."""
        if not await is_admin(chat, query.from_user.id):
            return False
        languages.activate((await self.storage.users.get(owner_id)).language)
        return True


def _order(query: CallbackQuery, photos: Sequence[Photo], style: str, **wishes: Any) -> JobRequest:
    """An order by a button of a gallery. All its buttons are the same request: only the first press makes a job."""
    gallery_message_id = message_id_of(query)
    request = f"gallery/{photos[0].chat_id}/{gallery_message_id}"
    return JobRequest(photos, style, request, gallery_message_id, only_there=True, wishes=wishes)
