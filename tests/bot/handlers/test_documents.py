"""Pictures sent as files come back as files; stickers are photos."""

from datetime import UTC, datetime

import pytest
from telegram import Chat, Document, Message, PhotoSize

from bot.handlers.media import clip_of, picture_of
from bot.i18n import texts
from tests.support.chat import file_of, gallery, painted_file, painting, shows
from tests.support.fakes import photo


def test_of_a_photo_the_largest_size_is_taken_in_whatever_order_they_come():
    sizes = [PhotoSize(name, name, edge, edge) for name, edge in (("small", 90), ("large", 1280), ("middle", 320))]
    message = Message(1, datetime.now(UTC), Chat(1, Chat.PRIVATE), photo=sizes)
    assert picture_of(message) == ("large", None)


@pytest.mark.parametrize(
    ("name", "mime_type", "taken"),
    [
        ("IMG_0001.HIF", "application/octet-stream", "jpeg"),
        ("IMG_0001.HIF", "application/x-sony", "jpeg"),
        ("photo.jfif", "text/plain", "jpeg"),
        ("3d.MPO", "application/x-mpo", "jpeg"),
        ("scan.tif", "application/tif", "png"),
        ("picture", None, "png"),
        ("picture", "image/heic", "jpeg"),
        ("film.mkv", "application/x-matroska", "clip"),
        ("film.MOV", None, "clip"),
        ("moves.gif", "image/gif", "clip"),
        ("letter.pdf", "application/pdf", None),
        ("letter.pdf", None, None),
        ("song.mp3", "audio/mpeg", None),
    ],
)
def test_a_file_is_taken_that_may_be_a_picture_whatever_its_mime_type_says(name, mime_type, taken):
    document = Document("file", "unique", file_name=name, mime_type=mime_type)
    message = Message(1, datetime.now(UTC), Chat(1, Chat.PRIVATE), document=document)
    assert ("clip" if clip_of(message) else picture_of(message)[1]) == taken


async def test_twelve_megapixels_come_back_at_their_own_size(bot_process, ann):
    bot_process.env["MAX_SIZE"] = "4096"
    await bot_process.start()
    message, file = await painted_file(ann, photo("teal", 4000, 3000), "IMG_0001.jpg")
    assert (file.format, file.size) == ("JPEG", (4000, 3000))
    assert shows(message, texts.dimensions(4000, 3000))
    assert "longest edge" not in message.caption
    rest = [[texts.keep_colors()], [texts.how_it_was_painted(), texts.before_and_after()], [texts.share()]]
    assert message.buttons == [[texts.another()], [texts.softer(), texts.stronger()], *rest]
    assert ann.chat.from_bot == [message]


async def test_a_file_painted_again_is_a_file_again(bot, ann):
    sent = ann.sends_document(photo("olive", kind="PNG"), "picture.png")
    message = await gallery(ann, sent)
    await ann.presses(message, "Poppies")
    await file_of(ann, message)
    await ann.presses(message, texts.stronger())
    _, strong = await ann.chat.until(lambda chat: len(chat.answers(sent)) == 2 and chat.answers(sent))
    assert (await file_of(ann, strong)).format == "PNG"
    assert shows(strong, "Poppies, strong", texts.dimensions(64, 48))


async def test_a_file_as_the_style_leaves_the_photo_a_photo(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    await gallery(ann, sent)
    style = ann.sends_document(photo("red", kind="PNG"), "style.png", reply_to=sent)
    message = await ann.chat.until(lambda chat: next((m for m in chat.from_bot if m.id > style.id), None))
    await painting(ann, message)
    assert message.document is None


async def test_a_file_without_a_type_is_known_by_its_name(bot, ann):
    sent = ann.sends_document(photo("teal"), "cat.HEIC", "application/octet-stream")
    message = await gallery(ann, sent)
    await ann.presses(message, "Great Wave")
    assert (await file_of(ann, message)).format == "JPEG"


async def test_a_sticker_is_a_photo(bot, ann):
    message = await gallery(ann, ann.sends_sticker(photo("teal", 512, 512, kind="WEBP")))
    await ann.presses(message, "Great Wave")
    assert (await painting(ann, message)).size == (512, 512)
    assert message.document is None


async def test_of_several_files_the_one_that_cannot_be_painted_is_quoted(bot, ann):
    files = [(photo("teal"), "image/jpeg", "a.jpg"), (b"%PDF-1.7", "application/pdf", "b.pdf")]
    files.append((bytes(21 * 2**20), "image/png", "c.png"))
    sent = ann.sends_media_group([ann.file("document", *file) for file in files])
    await ann.chat.until(lambda chat: all(chat.answers(each) for each in sent))
    letter, large = [ann.chat.answers(each)[0] for each in sent[1:]]
    assert letter.text == texts.nothing_to_paint()
    assert shows(large, "This file has 21 MB")
