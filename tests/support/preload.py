"""What the bot loads as it starts and first speaks: loaded once, in the process that the tests' bots are forked off."""

import _strptime  # noqa: F401
import concurrent.futures.thread  # noqa: F401
import functools

import anyio.streams.tls  # noqa: F401
import httpcore  # noqa: F401
from httpx._transports import default
from PIL import Image

import bot.__main__
import bot.demo.service  # noqa: F401
import tests.support.fakes  # noqa: F401
from bot.chat import gallery
from bot.i18n import languages
from styler.gallery import load_gallery

Image.preinit()
languages.in_all_languages(lambda: languages.gettext("Cancel"))

# What is the same for each bot, and is half of its start: the certificates, and the paintings, made small.
default.create_ssl_context = functools.cache(default.create_ssl_context)
default.AsyncHTTPTransport()
gallery._tile = functools.cache(gallery._tile)
gallery.Gallery(load_gallery())
