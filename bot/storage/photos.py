"""The table of photos. Each row also holds the state of the photo's conversation, so that a button from before a
restart still works.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.storage.database import Database
from bot.storage.models import Photo

STYLE_REQUEST_SECONDS = 3600.0  # for which a request for a custom style stays open


class PhotoTable:
    """Photos and clips that users sent, by the message that brought them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, photo: Photo) -> Photo:
        """Add a photo. If its message is known, because it was edited, only the file and the wishes are new. Returns
        the whole row.
        """
        [known] = await self._database.fetch(
            _photo,
            "INSERT INTO photos"
            " (chat_id, message_id, user_id, file_id, media_group_id, message_thread_id, format, clip, live_file_id,"
            " wishes)"
            " VALUES (:chat_id, :message_id, :user_id, :file_id, :media_group_id, :message_thread_id, :format, :clip,"
            " :live_file_id, :wishes)"
            " ON CONFLICT DO UPDATE SET file_id = excluded.file_id, format = excluded.format, clip = excluded.clip,"
            " live_file_id = excluded.live_file_id, wishes = excluded.wishes,"
            " sheets = CASE WHEN file_id = excluded.file_id THEN sheets ELSE '{}' END"
            " RETURNING *",
            **{**asdict(photo), "wishes": json.dumps(dict(photo.wishes))},
        )
        return known

    async def get(self, chat_id: int, user_id: int, message_id: int) -> Photo | None:
        """The user's own photo, by its message or by the message of its gallery."""
        return await self._database.fetch_one(
            _photo,
            "SELECT * FROM photos WHERE chat_id = :chat_id AND user_id = :user_id"
            " AND (message_id = :message_id OR gallery_message_id = :message_id)",
            chat_id=chat_id,
            user_id=user_id,
            message_id=message_id,
        )

    async def in_chat(self, chat_id: int, message_id: int) -> Photo | None:
        """A photo by its message, whoever sent it: for the admins of a group."""
        return await self._database.fetch_one(
            _photo,
            "SELECT * FROM photos WHERE chat_id = :chat_id AND message_id = :message_id",
            chat_id=chat_id,
            message_id=message_id,
        )

    async def shown_in(self, chat_id: int, message_id: int) -> Photo | None:
        """The photo, whoever sent it, of a message that is the photo itself, its gallery or its painting; of the
        buttons of an album, one of its photos.
        """
        return await self._database.fetch_one(
            _photo,
            "SELECT * FROM photos WHERE chat_id = :chat_id AND (:message_id IN (message_id, gallery_message_id)"
            " OR message_id ="
            " (SELECT photo_message_id FROM jobs WHERE chat_id = :chat_id"
            " AND :message_id IN (message_id, control_message_id)))",
            chat_id=chat_id,
            message_id=message_id,
        )

    async def latest(self, chat_id: int, user_id: int) -> Photo | None:
        """The user's last photo in this chat."""
        return await self._database.fetch_one(
            _photo,
            "SELECT * FROM photos WHERE chat_id = :chat_id AND user_id = :user_id ORDER BY message_id DESC LIMIT 1",
            chat_id=chat_id,
            user_id=user_id,
        )

    async def newest_file(self) -> str | None:
        """The file_id of the photo that came last, from whomever: no file, and no clip."""
        row = await self._database.first(
            "SELECT file_id FROM photos WHERE clip IS NULL AND format IS NULL ORDER BY created_at DESC LIMIT 1"
        )
        return row["file_id"] if row else None

    async def media_group(self, chat_id: int, media_group_id: str) -> list[Photo]:
        """The photos of an album that have come so far, in their order."""
        return await self._database.fetch(
            _photo,
            "SELECT * FROM photos WHERE chat_id = :chat_id AND media_group_id = :media_group_id ORDER BY message_id",
            chat_id=chat_id,
            media_group_id=media_group_id,
        )

    async def album(self, photo: Photo) -> list[Photo]:
        """The photos of the photo's album that have come so far, in their order; or the photo alone."""
        return await self.media_group(photo.chat_id, photo.media_group_id) if photo.media_group_id else [photo]

    async def set_gallery(self, photo: Photo, message_id: int) -> None:
        """Note the message that is the photo's gallery."""
        await self._database.execute(
            "UPDATE photos SET gallery_message_id = :gallery_message_id"
            " WHERE chat_id = :chat_id AND message_id = :message_id",
            gallery_message_id=message_id,
            **_key(photo),
        )

    async def move(self, from_chat: int, message_id: int, to_chat: int) -> None:
        """Move a photo, with all of its album, to another chat. Its gallery does not come along."""
        await self._database.execute(
            "UPDATE OR IGNORE photos SET chat_id = :to_chat, gallery_message_id = NULL, message_thread_id = NULL"
            " WHERE chat_id = :from_chat AND (message_id = :message_id OR media_group_id ="
            " (SELECT media_group_id FROM photos WHERE chat_id = :from_chat AND message_id = :message_id))",
            to_chat=to_chat,
            from_chat=from_chat,
            message_id=message_id,
        )

    async def open_style_request(
        self, photo: Photo, gallery_message_id: int, *, for_album: bool, blend_with: str | None = None
    ) -> None:
        """From now on the user's next picture is the style for this photo, or with `for_album` for its whole album.

        `blend_with` names a painting with which the style is to be blended.
        """
        await self._database.execute(
            "UPDATE photos SET style_asked_at = :now, gallery_message_id = :gallery_message_id,"
            " blend_with = :blend_with, style_for_album = :for_album"
            " WHERE chat_id = :chat_id AND message_id = :message_id",
            now=time.time(),
            gallery_message_id=gallery_message_id,
            blend_with=blend_with,
            for_album=for_album,
            **_key(photo),
        )

    async def close_style_request(self, photo: Photo, gallery_message_id: int | None = None) -> None:
        """From now on the user's next picture is a photo like any other.

        `gallery_message_id` is the message that is the photo's gallery again; None leaves it as it was.
        """
        await self._database.execute(
            "UPDATE photos SET style_asked_at = NULL, blend_with = NULL,"
            " gallery_message_id = coalesce(:gallery_message_id, gallery_message_id)"
            " WHERE chat_id = :chat_id AND message_id = :message_id",
            gallery_message_id=gallery_message_id,
            **_key(photo),
        )

    async def awaiting_style(self, chat_id: int, user_id: int) -> Photo | None:
        """The photo with the user's newest open request for a style, not more than an hour old."""
        return await self._database.fetch_one(
            _photo,
            "SELECT * FROM photos WHERE chat_id = :chat_id AND user_id = :user_id"
            " AND style_asked_at > :since ORDER BY style_asked_at DESC LIMIT 1",
            chat_id=chat_id,
            user_id=user_id,
            since=time.time() - STYLE_REQUEST_SECONDS,
        )

    async def set_sheet(self, photo: Photo, key: str, file_id: str) -> None:
        """Keep the sheet that shows the photo in the manner of each painting. `key`: of what."""
        await self._database.execute(
            "UPDATE photos SET sheets = json_patch(sheets, json_object(:key, :file_id))"
            " WHERE chat_id = :chat_id AND message_id = :message_id",
            key=key,
            file_id=file_id,
            **_key(photo),
        )

    async def set_custom_style(self, photo: Photo, file_id: str) -> None:
        """Keep the picture that came for a blend, until the user has chosen how much of it."""
        await self._database.execute(
            "UPDATE photos SET custom_style = :file_id WHERE chat_id = :chat_id AND message_id = :message_id",
            file_id=file_id,
            **_key(photo),
        )


def _key(photo: Photo) -> dict[str, int]:
    return {"chat_id": photo.chat_id, "message_id": photo.message_id}


def _photo(row: Mapping[str, Any]) -> Photo:
    values = {name: row[name] for name in Photo.__dataclass_fields__}
    return Photo(**{**values, **{name: json.loads(values[name]) for name in ("sheets", "wishes")}})
