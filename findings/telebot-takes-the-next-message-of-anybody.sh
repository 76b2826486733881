#!/usr/bin/env bash
# One would guess: after bot.register_next_step_handler(message, callback) of pyTelegramBotAPI, the answer of who
# wrote that message goes to the callback: it is given the message, which says who wrote it, and where.
#
# What is so: it keeps the chat only. In a group, the next message of anybody goes to the callback, and is its answer:
# asked for a password, a size or a picture, the bot takes Bob's remark for Ann's. And as it was taken, Bob's command
# is not carried out: where he wants a picture, too, his /paint is Ann's style; and Ann's real answer is a remark like
# any other. In private chats, where bots are tried, all is well. Its states (set_state()) keep chat and user. No
# error, no warning.
#
# Who meets it: bots with a dialogue that somebody adds to a group: forms, orders, "send me the photo now". Look at
# message.from_user.id in the callback, and register again if it is another's.
#
# Source: run here, without a network; github.com/eternnoir/pyTelegramBotAPI, issue 106 (of 2016);
# telebot/__init__.py, register_next_step_handler(), which hands on message.chat.id. Its documentation says that the
# callback is for the "new message" that "arrives after `message`", and nothing of groups.
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
GROUP = {"id": -5, "type": "group", "title": "Painters"}


@bot.message_handler(commands=["paint"])
def ask(message: Message) -> None:
    asked = message.from_user.first_name
    log.append(f"{asked} is asked for a style")
    bot.register_next_step_handler(message, lambda answer: log.append(
        f"{asked}'s style is {answer.text!r} ({answer.from_user.first_name} wrote it)"))


@bot.message_handler(commands=["help"])
def help_(message: Message) -> None:
    log.append(f"{message.from_user.first_name} is helped")


@bot.message_handler(func=lambda message: True)
def rest(message: Message) -> None:
    log.append(f"{message.from_user.first_name} said {message.text!r}")


def write(name: str, text: str, chat: dict[str, object] = GROUP) -> None:
    sender = {"id": len(name), "is_bot": False, "first_name": name}
    bot.process_new_messages([Message.de_json(
        {"message_id": 1, "date": 1, "chat": chat, "from": sender, "text": text})])


print("pyTelegramBotAPI", version("pyTelegramBotAPI"))
stories = {
    "Bob remarks something": [("Ann", "/paint"), ("Robert", "Lunch?"), ("Ann", "in oil")],
    "Bob asks for help": [("Ann", "/paint"), ("Robert", "/help"), ("Ann", "in oil")],
    "Bob wants a picture, too": [("Ann", "/paint"), ("Robert", "/paint"), ("Ann", "in oil"), ("Robert", "as a sketch")],
}
told = {}
for name, messages in stories.items():
    log.clear()
    bot.clear_step_handler_by_chat_id(GROUP["id"])
    for sender, text in messages:
        write(sender, text)
    told[name] = list(log)
    print(f"  {name}: {'; '.join(log)}")
assert told["Bob remarks something"][1:] == ["Ann's style is 'Lunch?' (Robert wrote it)", "Ann said 'in oil'"], \
    "this has changed"
assert told["Bob asks for help"][1:] == ["Ann's style is '/help' (Robert wrote it)", "Ann said 'in oil'"], \
    "this has changed"
assert told["Bob wants a picture, too"][1] == "Ann's style is '/paint' (Robert wrote it)", "this has changed"
PY
venv/bin/python try.py
