"""What the bot loads as it starts and first speaks: loaded once, in the process that the tests' bots are forked off."""

import _strptime  # noqa: F401
import concurrent.futures.thread  # noqa: F401

import anyio.streams.tls  # noqa: F401
import httpcore  # noqa: F401
from PIL import Image

import bot.__main__
import bot.demo.service  # noqa: F401
import tests.support.fakes  # noqa: F401
from bot.i18n import languages

Image.preinit()
languages.in_all_languages(lambda: languages.gettext("Cancel"))
