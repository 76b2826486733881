"""The stand-in refuses what Telegram refuses, in Telegram's words, so that the client raises the same errors."""

import re
import secrets

import httpx
import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputMediaPhoto,
    InputTextMessageContent,
    MessageEntity,
    ReactionTypeEmoji,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, EndPointNotFound, Forbidden, InvalidToken, NetworkError

from tests.support.demo import client, keyboard
from tests.support.fakes import photo


def refused(reason: str):
    """python-telegram-bot changes the case of Telegram's words."""
    return pytest.raises(BadRequest, match=f"(?i)^{re.escape(reason)}")


async def posted(here, method, **body) -> httpx.Response:
    """As another client would, which checks nothing before."""
    async with httpx.AsyncClient(base_url=f"{here.server.url}/bot{here.server.token}/") as http:
        return await http.post(method, **body)


async def test_wrong_token_wrong_method(here):
    for token in (f"7000000001:{'x' * 35}", "malformed"):
        stranger = client(here.server, token)
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()
    with pytest.raises(EndPointNotFound):
        await here.bot.do_api_request("makeTea")


@pytest.mark.parametrize(
    ("method", "values", "said"),
    [
        (
            "sendMessage",
            {"text": "x", "entities": [{}]},
            'can\'t parse MessageEntity: Field "type" must be of type String',
        ),
        (
            "sendMessage",
            {"text": "x", "entities": [{"type": "bold", "offset": "?", "length": 1}]},
            "can't parse MessageE",
        ),
        ("sendMessage", {"text": "x", "reply_parameters": {"message_id": "?"}}, "can't parse message_id as an integer"),
        ("sendMessage", {"text": "x", "reply_parameters": [1]}, "can't parse reply_parameters: expected an Object"),
        ("sendMessage", {"text": "x", "reply_markup": "[" * 100_000}, "can't parse reply_markup JSON object"),
        ("deleteMessages", {"message_ids": [None]}, "message identifier must be a Number"),
        ("getUpdates", {"timeout": "nan"}, "can't parse timeout as a number"),
        ("setMyCommands", {"commands": [], "scope": 1}, "can't parse scope: expected an Object"),
        (
            "setMyCommands",
            {"commands": [], "scope": {"kind": "default"}},
            "can't parse BotCommandScope: Can't",
        ),
        ("setWebhook", {"url": "http://["}, "invalid webhook URL specified"),
    ],
)
async def test_what_is_malformed_is_refused(here, method, values, said):
    answer = await posted(here, method, json={"chat_id": here.ann.user.id, **values})
    assert answer.status_code == 400
    assert answer.json()["description"].startswith(f"Bad Request: {said}")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json; charset=unheard-of", b"{}"),
        ("application/json", b"[" * 100_000),
        ("application/x-www-form-urlencoded; charset=unheard-of", b"text=x"),
    ],
)
async def test_a_body_that_cannot_be_read_is_a_bad_request(here, kind, body):
    answer = await posted(here, "getMe", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert answer.json()["description"].startswith("Bad Request: can't parse")


async def test_kinds_that_are_no_list_of_names_change_nothing(here, ann):
    await here.bot.get_updates(allowed_updates=["message"], timeout=0)
    assert (await posted(here, "getUpdates", json={"allowed_updates": 7})).status_code == 200
    assert here.world.updates.allowed == ["message"]


async def test_an_identical_edit_is_refused(here):
    sent = await here.say("one", reply_markup=keyboard(["a"]))
    for same in (sent.edit_text("one", reply_markup=keyboard(["a"])), sent.edit_reply_markup(keyboard(["a"]))):
        with refused("message is not modified: specified new message content and reply markup are exactly the same"):
            await same
    assert (await sent.edit_text("one")).reply_markup is None
    shown = await here.show(caption="two")
    with refused("message is not modified"):
        await shown.edit_caption("two")
    with refused("message is not modified"):
        await shown.edit_media(InputMediaPhoto(shown.photo[0].file_id, caption="two"))


async def test_what_cannot_be_edited(here, ann):
    text, photo, theirs = await here.say(), await here.show(), ann.sends_text("mine")
    with refused("there is no text in the message to edit"):
        await photo.edit_text("x")
    with refused("there is no caption in the message to edit"):
        await text.edit_caption("x")
    with refused("message can't be edited"):
        await here.bot.edit_message_text("x", ann.user.id, theirs.id)
    with refused("message to edit not found"):
        await here.bot.edit_message_text("x", ann.user.id, 999)
    ann.deletes(ann.chat.messages[text.message_id])
    with refused("message to edit not found"):
        await text.edit_text("x")
    with refused("MESSAGE_ID_INVALID"):
        await here.bot.edit_message_text("x", inline_message_id="none")


async def test_deleting(here, ann, monkeypatch):
    first, second = await here.say(), await here.say()
    assert await first.delete()
    assert [m.id for m in ann.chat.from_bot] == [second.message_id]
    with refused("message to delete not found"):
        await first.delete()
    assert await here.bot.delete_messages(ann.user.id, [first.message_id, second.message_id])
    assert ann.chat.from_bot == []
    ben = here.world.person("Ben")
    group = here.world.group("Friends", [ann, ben])
    with refused("message can't be deleted"):
        await here.bot.delete_message(group.id, ben.sends_text("mine", to=group).id)


async def test_a_reply_needs_its_message(here, ann):
    gone = ann.sends_text("read me")
    ann.deletes(gone)
    with refused("message to be replied not found"):
        await here.say(reply_parameters=ReplyParameters(gone.id))
    sent = await here.say(reply_parameters=ReplyParameters(gone.id, allow_sending_without_reply=True))
    assert sent.reply_to_message is None


async def test_replies_are_shown_one_level_deep(here, ann):
    first = ann.sends_text("one")
    second = await here.say("two", reply_parameters=ReplyParameters(first.id))
    third = await here.say("three", reply_parameters=ReplyParameters(second.message_id))
    assert third.reply_to_message.text == "two"
    assert third.reply_to_message.reply_to_message is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "message text is empty"), (" \n ", "message text is empty"), ("x" * 4097, "message is too long")],
)
async def test_length_of_texts(here, text, reason):
    with refused(reason):
        await here.say(text)


async def test_length_of_captions_counts_without_tags(here):
    await here.show(caption=f"<b>{'x' * 1024}</b>", parse_mode=ParseMode.HTML)
    with refused("message caption is too long"):
        await here.show(caption="x" * 1025)
    with refused("message caption is too long"):
        await here.show(caption="🎨" * 513)  # two code units each


async def test_buttons(here):
    def one(**button):
        return InlineKeyboardMarkup([[InlineKeyboardButton("go", **button)]])

    await here.say(reply_markup=one(callback_data="x" * 64))
    with refused("BUTTON_DATA_INVALID"):
        await here.say(reply_markup=one(callback_data="é" * 33))
    with refused("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"):
        await here.say(reply_markup=one())
    with refused("inline keyboard button URL 'nowhere' is invalid"):
        await here.say(reply_markup=one(url="nowhere"))
    await here.say(reply_markup=one(switch_inline_query=""))


@pytest.mark.parametrize(
    ("photo", "reason"),
    [
        (b"this is no picture", "IMAGE_PROCESS_FAILED"),
        (photo(width=640, height=480)[:400], "IMAGE_PROCESS_FAILED"),
        (photo(width=6000, height=4001), "PHOTO_INVALID_DIMENSIONS"),
        (photo(width=210, height=10), "PHOTO_INVALID_DIMENSIONS"),
        (
            photo().ljust(10 * 2**20 + 1, b"\0"),
            "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760",
        ),
        ("https://example.org/cat.jpg", "failed to get HTTP URL content"),
        ("AgACmadeup", "wrong file identifier/HTTP URL specified"),
    ],
    ids=["junk", "cut short", "too large", "too long", "too heavy", "address", "unknown id"],
)
async def test_photos_that_are_refused(here, photo, reason):
    with refused(reason):
        await here.bot.send_photo(here.ann.user.id, photo)


async def test_a_file_is_sent_again_by_its_id_and_only_as_what_it_is(here):
    document = (await here.bot.send_document(here.ann.user.id, b"bytes", filename="a.txt")).document
    again = await here.bot.send_document(here.ann.user.id, document.file_id)
    assert again.document.file_unique_id == document.file_unique_id
    with refused("can't use file of type Document as Photo"):
        await here.show(document.file_id)


async def test_a_request_that_is_too_large(here):
    with pytest.raises(NetworkError, match=r"(?i)request entity too large"):
        await here.bot.send_document(here.ann.user.id, bytes(65 * 2**20))
    with refused("file is too big"):
        await here.bot.send_document(here.ann.user.id, bytes(51 * 2**20))


async def test_html_becomes_entities_that_count_utf16(here):
    html = '🎨 <b>bold <i>both</i></b> &lt;x&gt; <a href="https://example.org/?a=1&amp;b=2">link</a> <code>/no</code>'
    sent = await here.say(f"\n {html} <pre><code class='language-py'>x = 1</code></pre> ", parse_mode=ParseMode.HTML)
    assert sent.text == "🎨 bold both <x> link /no x = 1"
    found = {entity.type: sent.parse_entity(entity) for entity in sent.entities}
    assert found == {"bold": "bold both", "italic": "both", "text_link": "link", "code": "/no", "pre": "x = 1"}
    by_type = {entity.type: entity for entity in sent.entities}
    assert by_type["text_link"].url == "https://example.org/?a=1&b=2"
    assert (by_type["bold"].offset, by_type["pre"].language) == (3, "py")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a < b", 'can\'t parse entities: Unsupported start tag ""'),
        ("<h1>x</h1>", 'can\'t parse entities: Unsupported start tag "h1" at byte offset 0'),
        ("é<b><i>x</b></i>", "can't parse entities: Unmatched end tag at byte offset 9"),
        ("<b>x", "can't parse entities: Can't find end tag corresponding to start tag"),
        ("x</b>", "can't parse entities: Unexpected end tag at byte offset 1"),
        ("x <b", "can't parse entities: Unclosed start tag at byte offset 2"),
        ("é <b class='>'", "can't parse entities: Unclosed start tag at byte offset 3"),
        ("<b>x</b", "can't parse entities: Unclosed end tag at byte offset 4"),
        ("x<br/>", 'can\'t parse entities: Unsupported start tag "br/" at byte offset 1'),
        ("x<b/>", 'can\'t parse entities: Unsupported start tag "b/" at byte offset 1'),
        ("x<!-- y -->", 'can\'t parse entities: Unsupported start tag "!--" at byte offset 1'),
        ("x<!DOCTYPE html>", 'can\'t parse entities: Unsupported start tag "!doctype" at byte offset 1'),
        ("x<?y z>", 'can\'t parse entities: Unsupported start tag "?y" at byte offset 1'),
        ("x<![CDATA[ y ]]>", 'can\'t parse entities: Unsupported start tag "![cdata[" at byte offset 1'),
        ("x</3>", "can't parse entities: Unexpected end tag at byte offset 1"),
    ],
)
async def test_malformed_html(here, text, reason):
    with refused(reason):
        await here.say(text, parse_mode=ParseMode.HTML)


async def test_entities_and_parse_modes(here):
    sent = await here.say("bold", entities=[MessageEntity("bold", 0, 4)])
    assert sent.entities == (MessageEntity("bold", 0, 4),)
    with refused("can't parse entities"):
        await here.say("*x*", parse_mode=ParseMode.MARKDOWN_V2)
    with refused("unsupported parse_mode"):
        await here.say("x", parse_mode="BBCode")


async def test_reactions_and_actions(here, ann):
    sent = ann.sends_photo(photo())
    assert await here.bot.set_message_reaction(ann.user.id, sent.id, ReactionTypeEmoji("👀"))
    assert sent.reactions == {here.world.bot.id: ["👀"]}
    with refused("REACTION_INVALID"):
        await here.bot.set_message_reaction(ann.user.id, sent.id, ReactionTypeEmoji("🖼"))
    with refused("message to react not found"):
        await here.bot.set_message_reaction(ann.user.id, 999, "👀")
    assert await here.bot.set_message_reaction(ann.user.id, sent.id)
    assert sent.reactions == {here.world.bot.id: []}
    assert await here.bot.send_chat_action(ann.user.id, "upload_photo")
    assert [action.action for action in ann.chat.actions] == ["upload_photo"]
    with refused("wrong parameter action in request"):
        await here.bot.send_chat_action(ann.user.id, "dancing")


async def test_commands_and_descriptions_by_language(here):
    bot, profile = here.bot, here.world.profile
    assert await bot.set_my_commands([("help", "Help")])
    assert await bot.set_my_commands([("help", "Помощь")], language_code="ru")
    assert await bot.set_my_commands([("paint", "Paint")], scope=BotCommandScopeAllGroupChats())
    assert await bot.get_my_commands(language_code="ru") == (BotCommand("help", "Помощь"),)
    menus = [
        profile.menu(*where)[0]["description"] for where in [("private", "de"), ("private", "ru"), ("group", "ru")]
    ]
    assert menus == ["Help", "Помощь", "Paint"]
    assert await bot.delete_my_commands(language_code="ru")
    assert profile.menu("private", "ru")[0]["description"] == "Help"
    await bot.set_my_description("Ich male", "de")
    await bot.set_my_short_description("I paint")
    await bot.set_my_name("Maler", "de")
    assert (await bot.get_my_description("de")).description == "Ich male"
    assert (await bot.get_my_short_description("fr")).short_description == "I paint"
    assert [(await bot.get_my_name(code)).name for code in ("de", "fr")] == ["Maler", "Painter"]
    with refused("BOT_COMMAND_INVALID"):
        await bot.set_my_commands([("Not Allowed", "x")])


async def test_groups_their_members_and_what_a_bot_may_read(here, ann):
    bot, ben = here.bot, here.world.person("Ben", started=False)
    group = here.world.group("Friends", [ann, ben])
    assert (await here.update()).my_chat_member.new_chat_member.status == "member"
    assert (await here.update()).message.new_chat_members[0].id == here.world.bot.id
    assert [m.user.first_name for m in await bot.get_chat_administrators(group.id)] == ["Ann"]
    statuses = [(await bot.get_chat_member(group.id, who.user.id)).status for who in (ann, ben)]
    assert statuses == ["creator", "member"]
    assert (await bot.get_chat(group.id)).title == "Friends"
    ours = await bot.send_message(group.id, "hi")
    ben.sends_text("among us", to=group)
    ben.sends_photo(photo(), "just a photo", to=group)
    ben.sends_text("/paint@other_bot", to=group)
    for text in ("/paint", "/paint@painter_bot", "and you, @painter_bot?"):
        ben.sends_text(text, to=group)
        assert (await here.update()).message.text == text
    ben.sends_text("nice", to=group, reply_to=group.messages[ours.message_id])
    assert (await here.update()).message.text == "nice"
    here.world.set_member(group, here.world.bot, "kicked", by=ann.user)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "hi")
    with refused("there are no administrators in the private chat"):
        await bot.get_chat_administrators(ann.user.id)


async def test_forum_topics_keep_their_thread(here, ann):
    group = here.world.group("Forum", [ann], forum=True)
    topic = here.world.topic(group, "Paintings", by=ann)
    asked = ann.sends_text("/paint", to=group, topic=topic)
    sent = await here.bot.send_message(group.id, "here", reply_parameters=ReplyParameters(asked.id))
    assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)
    told = await here.bot.send_message(group.id, "there", message_thread_id=topic)
    assert (told.message_thread_id, told.reply_to_message.message_id) == (topic, topic)
    with refused("message thread not found"):
        await here.bot.send_message(group.id, "nowhere", message_thread_id=topic + 77)


async def test_inline_sharing(here, ann):
    group = here.world.group("Friends", [ann])
    photo = (await here.show()).photo[-1]
    asking = here.world.ask_inline(ann.user, "wave")
    while not (query := (await here.update()).inline_query):
        """The group's own updates come first."""
    assert (query.query, query.from_user.id) == ("wave", ann.user.id)
    text = InputTextMessageContent("a text")
    results = [
        InlineQueryResultCachedPhoto("1", photo.file_id, caption="my wave", reply_markup=keyboard(["Like"])),
        InlineQueryResultArticle("2", "Nothing yet", text),
    ]
    with refused("can't parse inline query result"):
        await query.answer([InlineQueryResultCachedPhoto("1", secrets.token_hex(8))])
    assert await query.answer(results)
    assert [result["id"] for result in await asking.offered()] == ["1", "2"]
    sent = ann.chooses(asking, "1", to=group)
    assert (sent.caption, sent.via_bot) == ("my wave", here.world.bot)
    assert await here.bot.edit_message_caption(inline_message_id=sent.inline_id, caption="changed")
    assert sent.caption == "changed"


async def asked_inline(here, person, words="wave"):
    """The query, and what the bot is told of it."""
    query = here.world.ask_inline(person.user, words)
    return query, (await here.update()).inline_query


async def test_what_is_offered_is_kept_for_all_who_ask_the_same_unless_it_is_personal(here, ann):
    bob = here.world.person("Bob")
    offer = [InlineQueryResultArticle("1", "Ann's", InputTextMessageContent("secret"))]
    _, asked = await asked_inline(here, ann)
    assert await asked.answer(offer, cache_time=60, is_personal=True)
    assert [one["title"] for one in await here.world.ask_inline(ann.user, "wave").offered(0.1)] == ["Ann's"]
    query, asked = await asked_inline(here, bob)
    assert query.results is None, "it is not for him"
    assert await asked.answer(offer, button=InlineQueryResultsButton("More", start_parameter="more"))
    hers = here.world.ask_inline(here.world.person("Eve").user, "wave")
    assert (await hers.offered(0.1), hers.button["text"]) == (query.results, "More")
    await asked_inline(here, ann, "waves")


async def test_offers_that_may_not_be_kept(here, ann):
    _, asked = await asked_inline(here, ann)
    assert await asked.answer([], cache_time=0, is_personal=True)
    query, _ = await asked_inline(here, ann)
    assert query.results is None


async def test_without_inline_mode_nobody_asks(here, ann):
    assert (await here.bot.get_me()).supports_inline_queries
    _, asked = await asked_inline(here, ann)
    here.world.supports_inline_queries = False
    assert not (await here.bot.get_me()).supports_inline_queries
    with refused("USER_BOT_INVALID"):
        await asked.answer([])
    with pytest.raises(LookupError, match="no inline mode"):
        here.world.ask_inline(ann.user, "wave")


@pytest.mark.parametrize("parameter", [None, "two words", "ä", "x" * 65])
async def test_the_button_above_offers_starts_the_bot(here, ann, parameter):
    query, asked = await asked_inline(here, ann)
    with refused("START_PARAM_INVALID"):
        await asked.answer([], button=InlineQueryResultsButton("Start", start_parameter=parameter))
    assert await asked.answer([], button=InlineQueryResultsButton("Start", start_parameter="some-thing_1"))
    assert query.button["text"] == "Start"


async def test_edits_and_other_media_of_people_arrive(here, ann):
    said = ann.sends_text("helo")
    ann.edits(said, "hello")
    ann.sends_sticker(photo(kind="WEBP"))
    ann.sends_animation(b"mp4")
    ann.sends_video(b"mp4")
    ann.sends_voice(b"ogg")
    updates = await here.bot.get_updates(timeout=5)
    assert (updates[0].message.text, updates[1].edited_message.text) == ("helo", "hello")
    assert updates[2].message.sticker.type == "regular"
    assert updates[3].message.animation.mime_type == "video/mp4"
    assert updates[4].message.video.duration.seconds == 3
    assert updates[5].message.voice.mime_type == "audio/ogg"


async def test_a_forged_press_has_no_button(here, ann):
    await here.say(reply_markup=keyboard(["go"]))
    message = ann.chat.from_bot[0]
    with pytest.raises(LookupError, match="no button 'stop'"):
        ann.taps(message, "stop")
    ann.forges(message, "anything")
    assert (await here.update()).callback_query.data == "anything"
