"""Moving pictures in the chat: a GIF, a video, a round video note; the quick painter gives a clip back as it came."""

import pytest
from telegram import InputMedia
from telegram.error import BadRequest

from bot.i18n import texts
from tests.support import clips
from tests.support.chat import finished, gallery, shows, until_rows
from tests.support.fakes import photo

CLIP = clips.clip(frames=4, sound="aac")
THREE_HOURS = clips.clip(frames=71, times=[*range(0, 7000, 100), 3 * 3_600_000])


@pytest.mark.parametrize("kind", ["animation", "video"])
async def test_a_clip_becomes_a_painted_clip_of_its_kind_in_one_message(bot, ann, kind):
    sent = getattr(ann, f"sends_{kind}")(CLIP)
    message = await gallery(ann, sent)
    assert shows(message, texts.gallery_of_clip(5))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message))
    assert message.now.media.kind == kind
    assert message.now.media.file.data == CLIP
    assert message.buttons == [[texts.another()], [texts.softer(), texts.stronger()], [texts.keep_colors()]]
    assert ann.chat.from_bot == [message]
    assert any(version.media.kind == "photo" for version in message.versions[1:]), "the first painted frame"


@pytest.mark.parametrize("container", ["matroska", "webm"])
async def test_a_video_that_comes_as_a_file_comes_back_as_a_video(bot, ann, container):
    data = clips.clip(container)
    message = await gallery(ann, ann.sends_document(data, f"clip.{container}", f"video/{container}"))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message))
    assert (message.now.media.kind, message.now.media.file.data) == ("video", data)


@pytest.mark.parametrize(
    ("data", "name", "mime", "kind"),
    [
        (clips.gif(), "dance.gif", "image/gif", "animation"),
        (clips.gif(), "dance.gif", "application/octet-stream", "animation"),
        (clips.gif(), "dance", "application/octet-stream", "animation"),
        (clips.gif(), "dance.png", "image/png", "animation"),
        (clips.clip("mov"), "IMG_1.MOV", "application/octet-stream", "video"),
        (clips.clip("matroska"), "show.mkv", "application/octet-stream", "video"),
        (clips.clip(), "photo.jpg", "image/jpeg", "video"),
        (clips.clip(), "", "application/octet-stream", "video"),
    ],
)
async def test_the_bytes_of_a_file_tell_that_it_is_a_clip(bot, ann, data, name, mime, kind):
    message = await gallery(ann, ann.sends_document(data, name, mime))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message))
    assert (message.now.media.kind, message.now.media.file.data) == (kind, data)
    await until_rows(bot, "SELECT clip FROM photos", [(kind,)])


@pytest.mark.parametrize(
    ("data", "name", "mime"),
    [
        (photo(kind="GIF"), "still.gif", "image/gif"),
        (photo(kind="PNG"), "film.mp4", "video/mp4"),
        (photo(), "IMG_2.JFIF", "application/octet-stream"),
        (photo(), "IMG_3", "application/octet-stream"),
    ],
)
async def test_the_bytes_of_a_file_tell_that_it_stands_still(bot, ann, data, name, mime):
    message = await gallery(ann, ann.sends_document(data, name, mime))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message))
    assert message.now.media.kind == "document"
    await until_rows(bot, "SELECT clip FROM photos", [(None,)])


async def test_a_sticker_that_is_a_video_is_painted(bot, ann):
    data = clips.clip("webm", size=(64, 64))
    message = await gallery(ann, ann.sends_sticker(data, "video/webm"))
    assert shows(message, texts.gallery_of_clip(5))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message))
    assert (message.now.media.kind, message.now.media.file.data) == ("animation", data)


async def test_a_round_video_comes_back_round(bot, ann):
    sent = ann.sends_video_note(clips.clip(size=(96, 96)))
    message = await gallery(ann, sent)
    await ann.presses(message, "Poppies")
    await ann.chat.until(lambda _: finished(message))
    [note] = [one for one in ann.chat.from_bot if one is not message]
    assert (note.now.media.kind, note.reply_to) == ("video_note", sent)
    assert message.now.media.kind == "photo"
    assert shows(message, "Poppies")


@pytest.mark.parametrize(
    ("fault", "notes"),
    [
        ({"kind": "cut_before"}, 0),
        ({"kind": "cut_after"}, 1),
        ({"kind": "error", "description": "Bad Request: VOICE_MESSAGES_FORBIDDEN"}, 0),
    ],
)
async def test_what_cannot_surely_come_round_comes_for_certain(bot, server, ann, fault, notes):
    server.faults.add(method="sendVideoNote", **fault)
    message = await gallery(ann, ann.sends_video_note(clips.clip(size=(96, 96))))
    await ann.presses(message, "Poppies")
    await ann.chat.until(lambda _: finished(message))
    assert message.now.media.kind == "animation"
    assert len(ann.chat.from_bot) == 1 + notes
    await until_rows(bot, "SELECT status, attempts FROM jobs", [("DONE", 1)])


async def test_a_caption_starts_a_clip_at_once_and_its_frames_are_counted(bot_process, ann):
    bot_process.command = ["-m", "tests.support.quick_bot", "1", "3"]  # a second for each frame
    await bot_process.start()
    message = await gallery(ann, ann.sends_video(clips.clip(frames=8), "great wave"))
    await ann.chat.until(lambda _: shows(message, "of 8"), within=20)
    await ann.chat.until(lambda _: finished(message), within=30)


async def test_a_finished_clip_is_painted_stronger(bot, ann):
    message = await gallery(ann, ann.sends_video(CLIP))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message))
    await ann.presses(message, texts.stronger())
    again = await ann.chat.until(
        lambda chat: next((m for m in chat.from_bot if m is not message and finished(m)), None)
    )
    assert again.now.media.kind == "video"


@pytest.mark.parametrize(("data", "said"), [
    (b"no clip", "It is not a moving picture that I can read. Send an MP4"),
    (CLIP[:3000], "It is incomplete"),
    (clips.clip(frames=1), "It has only one frame"),
    (b"", "The file is empty. Send it again."),
])  # fmt: skip
async def test_a_clip_that_cannot_be_painted_gets_its_sentence(bot, ann, data, said):
    message = await gallery(ann, ann.sends_video(data))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "I cannot paint your clip.", said))
    assert message.buttons == [], "no painting can be made of it"


async def test_of_three_hours_the_first_seconds_are_painted(bot_process, ann):
    bot_process.command[-1], bot_process.env = "0.3", {"STYLER_FPS": "4"}
    await bot_process.start()
    message = await gallery(ann, ann.sends_video(THREE_HOURS))
    assert shows(message, texts.gallery_of_clip(5), "first 5 s")
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "of 20"))
    await ann.chat.until(lambda _: finished(message), within=20)


async def test_a_clip_that_is_too_large_to_fetch_is_refused_with_its_size(bot, ann):
    ann.sends_video_note(bytes(21 * 2**20))
    await ann.chat.until(lambda chat: any(shows(m, "This video has 21 MB") for m in chat.from_bot))


async def test_a_message_cannot_be_changed_into_a_round_video(here):
    message = await here.show()
    note = await here.bot.send_video_note(here.ann.user.id, CLIP, length=96)
    assert note.video_note
    media = InputMedia("video_note", note.video_note.file_id)  # the library has no class of its own for it
    with pytest.raises(BadRequest):
        await message.edit_media(media)
