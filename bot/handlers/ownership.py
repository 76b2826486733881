"""What a press may touch: the user's own photos and jobs; for an admin of a group, those of its members.

What was sent in the name of a channel, or by an anonymous admin, belongs to nobody whom Telegram names: it tells who
presses, but not whether that is who wrote. So everybody in that group may press.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery, Chat

from bot.handlers.context import answer, is_admin, message_id_of
from bot.i18n import languages, texts
from bot.storage.models import Job, Photo
from bot.storage.storage import Storage


@dataclass(frozen=True)
class Ownership:
    """Finds what a button names, if the user who presses it may. Callback data may be forged."""

    storage: Storage

    async def photo(self, query: CallbackQuery, message_id: int) -> Photo | None:
        """The photo of this message, or of the gallery in it."""
        chat = query.message.chat if query.message else None
        if chat is None:
            return None
        own = await self.storage.photos.get(chat.id, query.from_user.id, message_id)
        if own or chat.type == chat.PRIVATE:
            return own
        photo = await self.storage.photos.in_chat(chat.id, message_id)
        return photo if photo and await self._may_press(query, chat, photo.user_id) else None

    async def photo_of_gallery(self, query: CallbackQuery, message_id: int) -> Photo | None:
        """The photo, if the button's message still is its gallery. Otherwise the press is answered here: the message
        has become a painting meanwhile, which must stay, or the callback data is forged.
        """
        photo = await self.photo(query, message_id)
        if photo is None:
            await answer(query, texts.not_yours())
        elif await self.storage.job_search.has_message(photo.chat_id, message_id_of(query)):
            await answer(query, texts.already())
        else:
            return photo
        return None

    async def job(self, query: CallbackQuery, job_id: int) -> Job | None:
        """The job with this id."""
        chat = query.message.chat if query.message else None
        own = await self.storage.job_search.get(job_id, query.from_user.id)
        if own or chat is None or chat.type == chat.PRIVATE:
            return own
        job = await self.storage.job_search.in_chat(job_id, chat.id)
        return job if job and await self._may_press(query, chat, job.user_id) else None

    async def _may_press(self, query: CallbackQuery, chat: Chat, owner_id: int) -> bool:
        """Whether an admin presses the button of another user, in whose language the message stays; or anybody that of
        a chat, whose id is negative.
        """
        if owner_id < 0:
            return True
        if not await is_admin(chat, query.from_user.id):
            return False
        languages.activate((await self.storage.users.get(owner_id)).language)
        return True
