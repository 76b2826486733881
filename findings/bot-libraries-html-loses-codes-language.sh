#!/usr/bin/env bash
# aiogram 3.31 and python-telegram-bot 22.8: the HTML that they make of a message loses the language of its code blocks.
#
# One would guess: a block of Python in a message is, in message.html_text (aiogram) or message.text_html
# (python-telegram-bot), <pre><code class="language-python">, as the Bot API describes it, and is coloured as Python
# again when the HTML is sent.
# So it is: aiogram writes <code language="language-python">, and python-telegram-bot <code class="python">. Telegram
# passes over both without an error, and shows plain code. pyTelegramBotAPI writes what the Bot API asks for; and the
# MarkdownV2 of each of the two keeps the language.
# Who meets it: bots that copy, edit or quote messages with code: those for lessons, for support, for posts to channels.
# Source: aiogram/utils/text_decorations.py, `HtmlDecoration.pre_language`; telegram/_message.py, `_parse_html`;
# core.telegram.org/bots/api#html-style. aiogram came to it by github.com/aiogram/aiogram, issue 1591. The judge here is
# Telegram's own parser, TDLib, which its Bot API server uses, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    aiogram==3.31.0 pyTelegramBotAPI==4.37.1 python-telegram-bot==22.8 tdjson==1.8.69
"$folder/venv/bin/python" - <<'PY'
import datetime
import json

import aiogram
import tdjson
import telebot.formatting
import telebot.types
import telebot.version
import telegram
from aiogram.types import MessageEntity as AiogramEntity
from aiogram.utils.text_decorations import html_decoration, markdown_decoration

MODES = {"HTML": {"@type": "textParseModeHTML"}, "MarkdownV2": {"@type": "textParseModeMarkdown", "version": 2}}


def td(request):
    return json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")


def language(text, mode):
    """That of the code in the message that comes of a text."""
    found = td({"@type": "parseTextEntities", "text": text, "parse_mode": MODES[mode]})
    assert found["@type"] == "formattedText" and found["entities"], found
    return next((entity["type"]["language"] for entity in found["entities"] if "language" in entity["type"]), None)


td({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
code = "print(1)"
block = {"type": "pre", "offset": 0, "length": len(code), "language": "python"}
message = telegram.Message(
    1,
    datetime.datetime(2030, 1, 1),
    telegram.Chat(1, "private"),
    text=code,
    entities=[telegram.MessageEntity(**block)],
)
made = {
    f"aiogram {aiogram.__version__}": (
        html_decoration.unparse(code, [AiogramEntity(**block)]),
        markdown_decoration.unparse(code, [AiogramEntity(**block)]),
    ),
    f"python-telegram-bot {telegram.__version__}": (message.text_html, message.text_markdown_v2),
    f"pyTelegramBotAPI {telebot.version.__version__}": (
        telebot.formatting.apply_html_entities(code, [telebot.types.MessageEntity(**block)]),
        None,
    ),
}
for name, (html, markdown) in made.items():
    found = language(html, "HTML")
    print(f"{name}: {html} comes back in the language {found}")
    assert found == ("python" if name.startswith("pyT") else None), "this has changed"
    assert markdown is None or language(markdown, "MarkdownV2") == "python"
PY
