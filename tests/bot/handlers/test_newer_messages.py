"""Kinds of messages that are newer than python-telegram-bot, or come from elsewhere than a person's chat with the bot.

What the bot does with them: in a private chat, a rich message (Bot API 10.1) is answered; a service message of a kind
that nobody knows here (communities, Bot API 10.2) is not. Photos in the comments of a channel are photos in a group. A
channel's post that Telegram forwards there itself is nobody's wish, and is passed over; so are messages of businesses
and guests, which the bot does not ask Telegram for: they are other people's conversations.
"""

import time

import pytest

from bot.demo.telegram.render import chat_json, media_json, user_json
from bot.i18n import texts
from tests.support.chat import finished, gallery, painting, rows, settled, shows, until_rows
from tests.support.clips import clip
from tests.support.fakes import photo

CHANNEL = {"id": -1_003_000_000_001, "type": "channel", "title": "Art"}
TELEGRAM = {"id": 777_000, "is_bot": False, "first_name": "Telegram"}


def raw(person, chat=None, **more):
    """A message as the update shows it."""
    sender = user_json(person.user)
    return {
        "message_id": 500,
        "date": int(time.time()),
        "chat": chat or chat_json(person.chat, person.user),
        "from": sender,
        **more,
    }


RICH = {"blocks": [{"type": "photo", "photo": []}, {"type": "paragraph", "text": "Look"}]}


async def test_a_rich_message_is_answered(bot, world, ann):
    world.updates.push_raw({"message": raw(ann, rich_message=RICH)})
    await ann.chat.until(lambda chat: any(shows(m, texts.nothing_to_paint()) for m in chat.from_bot))


@pytest.mark.parametrize(
    "service",
    [
        {"community_chat_added": {"community": {"id": 1, "title": "Painters"}}},
        {"community_chat_joined": {"community": {"id": 1, "title": "Painters"}}},
        {"community_chat_removed": {}},
        {"of_a_year_to_come": {"what": "ever"}},
        {"chat_owner_changed": {"new_owner": TELEGRAM}},
    ],
    ids=lambda service: next(iter(service)),
)
async def test_a_service_message_that_nobody_knows_is_not_answered(bot, world, ann, service):
    world.updates.push_raw({"message": raw(ann, **service)})
    await settled(ann)
    assert [message.text for message in ann.chat.from_bot] == [texts.send_photo()], "the answer to hello"


@pytest.mark.parametrize(
    "kind", ["business_message", "edited_business_message", "guest_message", "channel_post", "edited_channel_post"]
)
async def test_other_people_s_conversations_are_left_alone(bot, server, world, ann, kind):
    """Such updates come only to a bot that asks for them, or has asked for them before."""
    more = media_json(ann.photo(photo("teal"))) | {"caption": "@painter_bot great wave"}
    if kind.endswith("channel_post"):
        message = {key: value for key, value in raw(ann, CHANNEL, **more).items() if key != "from"}
    elif kind == "guest_message":
        message = raw(ann, guest_query_id="1", **more)
    else:
        message = raw(ann, business_connection_id="1", **more)
    world.updates.push_raw({kind: message})
    await settled(ann)
    await until_rows(bot, "SELECT count(*) FROM updates WHERE body IS NOT NULL", [(0,)])
    assert [message.text for message in ann.chat.from_bot] == [texts.send_photo()]
    assert rows(bot, "SELECT count(*) FROM photos") == [(0,)]


async def test_the_bot_asks_for_no_such_updates(bot, world, ann):
    await settled(ann)
    assert world.updates.allowed == ["callback_query", "edited_message", "inline_query", "message"]


async def test_a_channel_s_post_in_its_discussion_is_nobody_s_wish(bot, world, ann):
    group = world.group("Discussion", [ann])
    more = media_json(ann.photo(photo("teal"))) | {"caption": "@painter_bot great wave"}
    more |= {"caption_entities": [{"type": "mention", "offset": 0, "length": 12}]}
    post = raw(ann, chat_json(group), **more) | {"from": TELEGRAM, "sender_chat": CHANNEL, "is_automatic_forward": True}
    world.updates.push_raw({"message": post})
    await settled(ann)
    await until_rows(bot, "SELECT count(*) FROM updates WHERE body IS NOT NULL", [(0,)])
    assert rows(bot, "SELECT count(*) FROM photos") == [(0,)]
    assert group.from_bot == []


async def test_a_photo_in_a_channel_s_comments_is_a_photo_in_a_group(bot, world, ann):
    """Comments have a thread, but are no topic of a forum: the answer is a reply, and lands in the thread by that."""
    group = world.group("Discussion", [ann])
    sent = ann.sends_photo(photo("teal"), "@painter_bot great wave", to=group)
    await group.until(lambda chat: any(finished(m) for m in chat.answers(sent)))


async def test_a_live_photo_is_painted_as_a_still(bot, ann):
    sent = ann.sends_live_photo(photo("teal"), clip())
    message = await gallery(ann, sent)
    await ann.presses(message, "Great Wave")
    await painting(ann, message)
    assert rows(bot, "SELECT clip FROM jobs") == [(None,)]


LIVE = clip(frames=4)


@pytest.mark.parametrize("caption", ["wave, as a clip", "Great Wave, als Clip"])
async def test_a_live_photo_is_painted_as_a_clip_on_request(bot, ann, caption):
    message = await gallery(ann, ann.sends_live_photo(photo("teal"), LIVE, caption))
    await ann.chat.until(lambda _: finished(message))
    assert (message.now.media.kind, message.now.media.file.data) == ("video", LIVE)


async def test_of_a_live_photo_whose_clip_cannot_be_painted_the_still_is_offered(bot, ann):
    message = await gallery(ann, ann.sends_live_photo(photo("teal"), b"no clip"))
    await ann.presses(message, texts.as_clip())
    await ann.chat.until(lambda _: [texts.as_still()] in message.buttons)
    await ann.presses(message, "Poppies")
    await ann.chat.until(lambda _: shows(message, "I cannot paint your clip."))
    assert [texts.as_still()] in message.buttons


async def test_a_button_turns_a_live_photo_into_a_clip_and_back(bot, ann):
    message = await gallery(ann, ann.sends_live_photo(photo("teal"), LIVE))
    await ann.presses(message, texts.as_clip())
    await ann.chat.until(lambda _: shows(message, texts.gallery_of_clip(5)))
    await ann.presses(message, texts.as_still())
    await ann.chat.until(lambda _: shows(message, texts.gallery()))
    await ann.presses(message, texts.as_clip())
    await ann.chat.until(lambda _: [texts.as_still()] in message.buttons)
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message))
    assert (message.now.media.kind, message.now.media.file.data) == ("video", LIVE)


async def test_only_a_live_photo_has_that_button(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal"), "a photo, as a clip"))
    assert [texts.as_clip()] not in message.buttons
    assert (await ann.forges(message, f"live:{message.reply_to.id}").answered()).text == texts.not_yours()
    assert shows(message, texts.gallery())
