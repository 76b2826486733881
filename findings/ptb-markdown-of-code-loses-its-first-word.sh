#!/usr/bin/env bash
# python-telegram-bot 22.8: a code block that begins with a backslash loses its first word when text_markdown_v2 is sent.
#
# One would guess: Message.text_markdown_v2 is the message as it came: sent with parse_mode MarkdownV2, it gives the same
# text and the same entities.
# So it is: before a block of code without a language the library writes ``` and a new line, but ``` alone if the code
# begins with a backslash. What follows ``` up to the next white space is the block's language. So "\section{One}" is no
# longer in the text, but is the name of the language of what is left; of "\d+ and more" only " and more" remains.
# Nothing fails. text_html is right; so is the block with a language, and code without white space.
# Who meets it: bots that copy, quote or forward messages about LaTeX, regular expressions, or paths of Windows.
# Source: telegram/_message.py, `_parse_markdown` (`elif code.startswith("\\"): prefix = "```"`). The judge here is
# Telegram's own parser, TDLib, which its Bot API server uses, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-telegram-bot==22.8 tdjson==1.8.69
"$folder/venv/bin/python" - <<'PY'
import datetime
import json

import tdjson
import telegram
from telegram import Chat, Message, MessageEntity

MODES = {"HTML": {"@type": "textParseModeHTML"}, "MarkdownV2": {"@type": "textParseModeMarkdown", "version": 2}}


def td(request):
    return json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")


def received(text, mode):
    """The text that stands in the chat, and its code block's language."""
    found = td({"@type": "parseTextEntities", "text": text, "parse_mode": MODES[mode]})
    assert found["@type"] == "formattedText", found
    (block,) = found["entities"]
    return found["text"], block["type"].get("language", "")


td({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
print("python-telegram-bot", telegram.__version__, "TDLib", td({"@type": "getOption", "name": "version"}).get("value"))
day, chat = datetime.datetime(2030, 1, 1), Chat(1, "private")
cases = {"git push": "git push", "\\section{One}\nText": "Text", "\\d+ and more": " and more"}
for code, left in cases.items():
    message = Message(1, day, chat, text=code, entities=[MessageEntity(MessageEntity.PRE, 0, len(code))])
    markdown, language = received(message.text_markdown_v2, "MarkdownV2")
    html, _ = received(message.text_html, "HTML")
    print(f"{code!r}: by MarkdownV2 {markdown!r}, of language {language!r}; by HTML {html!r}")
    assert html == code
    assert markdown == left and bool(language) == (left != code), "this has changed"
PY
