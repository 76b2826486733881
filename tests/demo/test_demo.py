"""The stand-in for Telegram, driven by python-telegram-bot's own client over HTTP: what each side sees."""

import io

import pytest
from PIL import Image
from telegram import InputMediaDocument, InputMediaPhoto, ReplyParameters
from telegram.error import BadRequest, Forbidden

from tests.support.demo import keyboard
from tests.support.fakes import photo


@pytest.fixture
def bot(here):
    return here.bot


async def test_the_client_knows_who_it_is(bot):
    assert (await bot.get_me()).username == "painter_bot"


async def test_a_text_reaches_the_bot_and_its_answer_the_person(here, bot, ann):
    said = ann.sends_text("/start now")
    message = (await here.update()).message
    assert (message.text, message.from_user.language_code, message.chat.id) == ("/start now", "en", ann.user.id)
    assert message.parse_entities(["bot_command"]) == {message.entities[0]: "/start"}
    sent = await bot.send_message(ann.user.id, "Hello", reply_parameters=ReplyParameters(message.message_id))
    assert sent.reply_to_message.message_id == said.id
    assert [m.text for m in ann.chat.answers(said)] == ["Hello"]


async def test_a_photo_comes_in_several_sizes_without_its_metadata(here, ann):
    exif = Image.Exif()
    exif[0x010F] = "secret maker"
    ann.sends_photo(photo(width=3000, height=1500, exif=exif), caption="great wave")
    message = (await here.update()).message
    assert message.caption == "great wave"
    assert [(p.width, p.height) for p in message.photo] == [(90, 45), (320, 160), (800, 400), (1280, 640)]
    data = bytes(await (await message.photo[-1].get_file()).download_as_bytearray())
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (1280, 640), {})
    assert len({p.file_unique_id for p in message.photo} | {p.file_id for p in message.photo}) == 8
    assert b"secret maker" not in data


async def test_a_document_keeps_bytes_name_and_type(here, ann):
    data = photo(width=400, height=300, kind="PNG")
    ann.sends_document(data, "cat.png")
    document = (await here.update()).message.document
    assert (document.file_name, document.mime_type, document.file_size) == ("cat.png", "image/png", len(data))
    assert max(document.thumbnail.width, document.thumbnail.height) == 320
    assert bytes(await (await document.get_file()).download_as_bytearray()) == data


async def test_a_file_over_20_mb_cannot_be_fetched(here, ann):
    ann.sends_document(bytes(20 * 2**20 + 1), "big.bin")
    document = (await here.update()).message.document
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await document.get_file()


async def test_one_message_turns_from_text_into_photo_into_another(bot, ann):
    sent = await bot.send_message(ann.user.id, "in line")
    await sent.edit_text("painting", reply_markup=keyboard(["Cancel"]))
    shown = await sent.edit_media(InputMediaPhoto(photo(color="red"), caption="<b>half</b> done", parse_mode="HTML"))
    again = await sent.edit_media(
        InputMediaPhoto(shown.photo[-1].file_id, caption="done"), keyboard(["Again"], ["As a file"])
    )
    message = ann.chat.messages[sent.message_id]
    assert [v.body for v in message.versions] == ["in line", "painting", "half done", "done"]
    assert [v.buttons for v in message.versions] == [[], [["Cancel"]], [], [["Again"], ["As a file"]]]
    assert message.versions[2].entities == ({"type": "bold", "offset": 0, "length": 4},)
    assert again.photo[-1].file_unique_id == shown.photo[-1].file_unique_id
    assert again.edit_date is not None


async def test_a_press_is_answered_once(here, bot, ann):
    asked = ann.sends_photo(photo())
    await here.update()
    await bot.send_photo(ann.user.id, photo(), reply_markup=keyboard(["Wave", "Night"]), reply_to_message_id=asked.id)
    tap = ann.taps(ann.chat.from_bot[0], "Night")
    query = (await here.update()).callback_query
    assert (query.data, query.from_user.id) == ("do:Night", ann.user.id)
    assert query.message.reply_to_message.photo, "the photo that the gallery answers comes along"
    await query.answer("on it", show_alert=True)
    answer = await tap.answered()
    assert (answer.text, answer.alert) == ("on it", True)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await query.answer()


async def test_an_old_press_cannot_be_answered(here, bot, ann, world):
    await bot.send_message(ann.user.id, "choose", reply_markup=keyboard(["Wave"]))
    ann.taps(ann.chat.from_bot[0], "Wave")
    world.queries.expire()
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await (await here.update()).callback_query.answer()


async def test_albums_of_both_sides(bot, ann):
    ann.sends_album([photo(), photo(color="red")], caption="both")
    first, second = await bot.get_updates(timeout=5)
    assert first.message.media_group_id == second.message.media_group_id is not None
    assert (first.message.caption, second.message.caption) == ("both", None)
    sent = await bot.send_media_group(ann.user.id, [InputMediaPhoto(photo()), InputMediaPhoto(photo())], caption="here")
    assert len({m.media_group_id for m in sent}) == 1
    assert [m.caption for m in ann.chat.from_bot] == ["here", ""]
    files = [InputMediaDocument(b"one", filename="a.txt"), InputMediaDocument(b"two", filename="b.txt")]
    assert [m.document.file_name for m in await bot.send_media_group(ann.user.id, files)] == ["a.txt", "b.txt"]
    (alone,) = await bot.send_media_group(ann.user.id, files[:1])
    assert alone.media_group_id is None


async def test_blocked_or_never_started(here, bot, ann, world):
    ann.blocks_bot()
    assert (await here.update()).my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ann.user.id, "hello?")
    stranger = world.person("Sid", started=False)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(stranger.user.id, "hello")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(4242, "hello")
    ann.unblocks_bot()
    assert (await bot.send_message(ann.user.id, "hello again")).text == "hello again"
