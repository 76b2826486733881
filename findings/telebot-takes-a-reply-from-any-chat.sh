#!/usr/bin/env bash
# One would guess: after bot.register_for_reply(message, callback) of pyTelegramBotAPI, a reply to that message goes
# to the callback: it is given the message, which says in which chat it stands.
#
# What is so: it keeps the message's number only, and each supergroup counts its own messages from 1, while all
# private chats of a bot share one count. So the first reply to any message of that number, in any chat, is taken for
# the answer, and the question is then forgotten: Bob's answer in another group to a friend of his is Ann's choice,
# and what Ann replies comes to nobody. Of two questions of the same number, both get each answer. The younger the
# groups, the likelier it is, as the numbers are small. No error, no warning.
#
# Who meets it: bots that are in several groups, or in a group and in private chats, and ask "reply to this message
# with a photo". Compare message.chat.id in the callback, and register again if it is another.
#
# Source: run here, without a network; telebot/__init__.py, register_for_reply(), which hands on message.message_id,
# and _notify_reply_handlers(). Its documentation says "when a reply to `message` arrives"; the Bot API says of
# message_id "Unique message identifier inside this chat".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyTelegramBotAPI==4.37.1
cat > try.py <<'PY'
from importlib.metadata import version

import telebot
from telebot.types import Message

bot = telebot.TeleBot("1:A", threaded=False)
log: list[str] = []


def message(number: int, chat: int, name: str, text: str, answers: Message | None = None) -> Message:
    kind = "supergroup" if chat < 0 else "private"
    told: dict[str, object] = {
        "message_id": number, "date": 1, "text": text, "chat": {"id": chat, "type": kind, "title": name},
        "from": {"id": len(name), "is_bot": name == "Bot", "first_name": name}}
    if answers:
        told["reply_to_message"] = answers.json
    return Message.de_json(told)


def ask(asked: str, question: Message) -> None:
    bot.register_for_reply(question, lambda answer: log.append(
        f"{asked}'s picture is {answer.text!r} (from {answer.from_user.first_name}, chat {answer.chat.id})"))


@bot.message_handler(func=lambda message: True)
def rest(_: Message) -> None:
    """All messages come here, too; a reply's callback is called before."""


def come(*messages: Message) -> list[str]:
    log.clear()
    bot.process_new_messages(list(messages))
    return list(log)


print("pyTelegramBotAPI", version("pyTelegramBotAPI"))

question = message(17, -1001, "Bot", "Which picture, Ann?")
ask("Ann", question)
lunch = message(17, -1002, "Carol", "Lunch?")
of_others = come(message(18, -1002, "Robert", "At one.", lunch))
of_ann = come(message(18, -1001, "Ann", "The sea.", question))
print(f"  Bob replies to Carol in another group: {of_others}")
print(f"  then Ann replies to the question: {of_ann}")
assert of_others == ["Ann's picture is 'At one.' (from Robert, chat -1002)"], "this has changed"
assert of_ann == [], "this has changed"

other = message(17, -1002, "Bot", "Which picture, Bob?")
ask("Ann", question)
ask("Bob", other)
both = come(message(19, -1002, "Robert", "The wood.", other))
print(f"  two are asked, and Bob answers: {both}")
assert [each.split("'s ")[0] for each in both] == ["Ann", "Bob"], "this has changed"

ask("Ann", question)
assert come(message(21, -1001, "Ann", "The sea.", question)) == [
    "Ann's picture is 'The sea.' (from Ann, chat -1001)"], "alone, it works"
PY
venv/bin/python try.py
