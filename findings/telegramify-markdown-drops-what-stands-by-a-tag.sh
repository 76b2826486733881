#!/usr/bin/env bash
# One would guess: convert() of telegramify-markdown, which makes of Markdown, above all of what language models
# write, a text with entities for Telegram, keeps all of the text. A tag of HTML that Telegram does not know may go,
# or stand there as it is; the words around it stay.
#
# What is so: where a line begins with a tag, the words go with it, to the next empty line: of a <details> with its
# <summary> and all the steps below nothing is left, nor of "<center>The sea</center>", nor of the lines that follow
# "<h1>The sea</h1>". Where the whole answer is so, the text is empty, and Telegram refuses to send it. A placeholder
# is a tag, too: "<your photo>" in a line of its own takes the rest of the paragraph along. Within a line the words
# stay, but <br> joins the words beside it. No error, no warning.
#
# Who meets it: bots that hand on the answers of language models, or texts that people wrote for GitHub, where
# <details>, <div align="center"> and <br> are usual. Escape the "<" of what is not in code before.
#
# Source: run here; telegramify_markdown/converter.py, where the parser's event "Html" is passed over ("Block HTML
# ignored"); the package's page has no word of it. CommonMark, HTML blocks: such a block ends at the next empty line.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check telegramify-markdown==1.4.1
cat > try.py <<'PY'
from importlib.metadata import version

from telegramify_markdown import convert

TEXTS = {  # what is given, and what is left of it
    "**Oil** takes long.": "Oil takes long.",
    "<b>Oil</b> takes long.": "Oil takes long.",
    "Paint <kbd>Ctrl</kbd> the sea.": "Paint Ctrl the sea.",
    "The sea<br>and the wood": "The seaand the wood",
    "<center>The sea</center>": "",
    "<div align=\"center\">\nThe sea\n</div>": "",
    "Here it is:\n<h1>The sea</h1>\nPainted in oil.\n\nThe end.": "Here it is:\n\nThe end.",
    "<details><summary>Steps</summary>\n1. Mix the colours.\n2. Wait.\n</details>": "",
    "<your photo>\nis painted now.": "",
    "Take `<center>` for it.": "Take <center> for it.",
    "\\<center>The sea\\</center>": "<center>The sea</center>",
}

print("telegramify-markdown", version("telegramify-markdown"))
for given, meant in TEXTS.items():
    text, entities = convert(given)
    print(f"  {given!r} becomes {text!r}, {[entity.type for entity in entities]}")
    assert text.split() == meant.split(), "this has changed"
PY
venv/bin/python try.py
