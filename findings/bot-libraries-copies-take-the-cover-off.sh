#!/usr/bin/env bash
# aiogram 3.31 and Pyrogram 2.0.106: a copy of a photo that was sent under a cover shows it to everyone.
#
# One would guess: message.send_copy() of aiogram and message.copy() of Pyrogram send what was sent: of a photo or
# video that somebody hid as a spoiler, a photo or video that is hidden, as copyMessage of the Bot API does.
#
# What is so: each builds a new message from the file's id and the caption, and leaves the cover out, so that everyone
# in the other chat sees the picture at once. What else the message had goes the same way: a caption that stood above
# the picture stands below; a quiz becomes a poll without a right answer, a poll with names one without, and one of
# several answers one of a single one. Nothing fails. aiogram's message.copy_to(), which looks like the same, calls
# copyMessage, and loses nothing; Kurigram, which goes on from Pyrogram, keeps the cover.
#
# Who meets it: bots that take what people send on to a channel or to moderators: submissions, feedback, nudes and
# endings of films among them. The covered parts of a text (entities) are kept, so a test with text shows nothing.
#
# Source: run here, without a network; aiogram/types/message.py, send_copy(); pyrogram/types/messages_and_media/
# message.py, copy(), and methods/messages/send_cached_media.py; github.com/PyrogramMod/PyrogramMod, issue 12, asks
# for it in another of Pyrogram's heirs. aiogram's documentation says that send_copy() does not call copyMessage, and
# that it is "similar" to it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for each in aiogram==3.31.0 pyrogram==2.0.106 kurigram==2.2.26; do
    python3 -m venv "${each%%=*}"
    "${each%%=*}/bin/pip" install --quiet --disable-pip-version-check "$each"
done

cat > bot_api.py <<'PY'
from importlib.metadata import version

from aiogram.types import Message

plain = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private", "first_name": "A"}}
photo = [{"file_id": "F", "file_unique_id": "U", "width": 9, "height": 9}]
poll = {"id": "1", "question": "Who?", "options": [{"text": each, "voter_count": 0, "persistent_id": each}
                                                  for each in "ab"],
        "total_voter_count": 0, "is_closed": False, "is_anonymous": False, "type": "quiz",
        "allows_multiple_answers": False, "correct_option_id": 1, "correct_option_ids": [1],
        "allows_revoting": False, "members_only": False, "shuffle_options": False,
        "allow_adding_options": False, "hide_results_until_closes": False}
hidden = [{"type": "spoiler", "offset": 0, "length": 3}]
message = Message.model_validate({**plain, "photo": photo, "has_media_spoiler": True, "caption": "The end",
                                  "caption_entities": hidden, "show_caption_above_media": True})
question = Message.model_validate({**plain, "poll": poll})

print("aiogram", version("aiogram"))
copy, asked = message.send_copy(2), question.send_copy(2)
print(f"  {copy.__api_method__}: the text is hidden: {copy.caption_entities[0].type == 'spoiler'}, the photo: "
      f"{copy.has_spoiler is True}, the caption above: {copy.show_caption_above_media is True}")
print(f"  {asked.__api_method__}: a quiz: {asked.type == 'quiz'}, with names: {asked.is_anonymous is False}")
assert copy.caption_entities[0].type == "spoiler"
assert copy.has_spoiler is not True and copy.show_caption_above_media is not True, "this has changed"
assert asked.type is None and asked.is_anonymous is None, "this has changed"
assert message.copy_to(2).__api_method__ == "copyMessage"
PY

cat > mtproto.py <<'PY'
import asyncio
from importlib.metadata import distributions

asyncio.set_event_loop(asyncio.new_event_loop())  # Pyrogram asks for it when it is imported

import pyrogram
from pyrogram import enums, raw, types
from pyrogram.file_id import FileId, FileType, ThumbnailSource

named = {each.metadata["Name"].lower(): each.version for each in distributions()}
name = "kurigram" if "kurigram" in named else "pyrogram"
sent = []


class Client(pyrogram.Client):
    async def resolve_peer(self, *_):
        return raw.types.InputPeerSelf()

    async def invoke(self, query, *_, **__):
        sent.append(query)
        return raw.types.Updates(updates=[], users=[], chats=[], date=0, seq=0)


def photo_message(client, file):
    chat = types.Chat(id=1, type=enums.ChatType.PRIVATE)
    covered = types.MessageEntity(type=enums.MessageEntityType.SPOILER, offset=0, length=3)
    return types.Message(id=1, chat=chat, media=enums.MessageMediaType.PHOTO, photo=file, caption="The end",
                         caption_entities=[covered],
                         has_media_spoiler=True, client=client)


async def main():
    client = Client("none", api_id=1, api_hash="0", in_memory=True)
    file_id = FileId(file_type=FileType.PHOTO, dc_id=2, media_id=1, access_hash=1, file_reference=b"r", volume_id=1,
                     thumbnail_source=ThumbnailSource.THUMBNAIL, thumbnail_file_type=FileType.PHOTO,
                     thumbnail_size="y", local_id=1).encode()
    photo = types.Photo(file_id=file_id, file_unique_id="U", width=9, height=9, file_size=9, date=None, client=client)
    await photo_message(client, photo).copy(2)
    (query,) = sent
    print(name, named[name])
    hidden = [type(each).__name__ for each in query.entities] == ["MessageEntitySpoiler"]
    print(f"  {type(query).__name__}: the text is hidden: {hidden}, the photo: {query.media.spoiler is True}")
    assert hidden
    assert type(query.media) is raw.types.InputMediaPhoto
    assert (query.media.spoiler is True) == (name == "kurigram"), "this has changed"


asyncio.get_event_loop().run_until_complete(main())
PY
aiogram/bin/python bot_api.py
for each in pyrogram kurigram; do $each/bin/python mtproto.py 2> errors || { cat errors; exit 1; }; done
