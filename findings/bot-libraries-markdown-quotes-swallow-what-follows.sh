#!/usr/bin/env bash
# python-telegram-bot 22.8 and aiogram 3.31: in the MarkdownV2 that they make of a message, a quotation takes in what
# stands behind it.
#
# One would guess: a message sent as MarkdownV2 comes back from message.text_markdown_v2 (python-telegram-bot) and
# message.md_text (aiogram) as MarkdownV2 that gives the same message again.
# So it is: of ">Is it red?" and "No" on the next line, Telegram makes a quotation that ends with the new line. Both
# libraries split the quotation into lines, and lose that new line: ">Is it red?No". As a quotation lasts until the end
# of the line, the answer is a part of it now, and appears as said by somebody who did not say it. So does what stands
# behind a quotation without a new line, which HTML allows and people type, as Telegram shows a quotation as a block.
# Nothing fails. The HTML of both libraries is right.
# Who meets it: bots that copy, edit or quote messages of people or channels: moderation, feedback, cross-posting.
# Source: telegram/_message.py, `_parse_markdown`; aiogram/utils/text_decorations.py, `MarkdownDecoration.blockquote`;
# github.com/python-telegram-bot/python-telegram-bot, issue 4219, closed as invalid. The documentation of
# text_markdown_v2 warns in general, of quotations that do not begin and end on a line of their own; that of the first
# message does. The judge here is Telegram's own parser, TDLib, which its Bot API server uses, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    aiogram==3.31.0 python-telegram-bot==22.8 tdjson==1.8.69
"$folder/venv/bin/python" - <<'PY'
import datetime
import json

import aiogram
import tdjson
import telegram
from aiogram.types import MessageEntity as AiogramEntity
from aiogram.utils.text_decorations import html_decoration, markdown_decoration

MODES = {"HTML": {"@type": "textParseModeHTML"}, "MarkdownV2": {"@type": "textParseModeMarkdown", "version": 2}}


def td(request):
    return json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")


def received(sent, mode):
    """The text that stands in the chat, and where its only quotation begins and how long it is."""
    found = td({"@type": "parseTextEntities", "text": sent, "parse_mode": MODES[mode]})
    assert found["@type"] == "formattedText", found
    (entity,) = found["entities"]
    assert entity["type"]["@type"] == "textEntityTypeBlockQuote"
    return found["text"], {"offset": entity["offset"], "length": entity["length"]}


def quoted(sent, mode):
    text, span = received(sent, mode)
    return text[span["offset"] :][: span["length"]]


td({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
print("python-telegram-bot", telegram.__version__, "aiogram", aiogram.__version__)
day, chat = datetime.datetime(2030, 1, 1), telegram.Chat(1, "private")
for sent, mode, right, wrong in (
    (">Is it red?\nNo", "MarkdownV2", "Is it red?\n", "Is it red?No"),
    ("<blockquote>Is it red?</blockquote> No", "HTML", "Is it red?", "Is it red? No"),
):
    text, span = received(sent, mode)
    assert quoted(sent, mode) == right
    message = telegram.Message(1, day, chat, text=text, entities=[telegram.MessageEntity("blockquote", **span)])
    theirs = [AiogramEntity(type="blockquote", **span)]
    for name, html, markdown in (
        ("python-telegram-bot", message.text_html, message.text_markdown_v2),
        ("aiogram", html_decoration.unparse(text, theirs), markdown_decoration.unparse(text, theirs)),
    ):
        found = quoted(markdown, "MarkdownV2")
        print(f"{sent!r}: {name} makes {markdown!r}; quoted was {right!r}, and is {found!r}")
        assert quoted(html, "HTML") == right
        assert found == wrong, "this has changed"
PY
