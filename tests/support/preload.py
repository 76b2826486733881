"""What the bot loads as it starts and first speaks: loaded once, in the process that the tests' bots are forked off."""

import _strptime  # noqa: F401
import concurrent.futures.thread  # noqa: F401
import functools
import gc
import io

import anyio._backends._asyncio
import anyio.streams.tls  # noqa: F401
import httpcore  # noqa: F401
from httpx._transports import default
from PIL import Image

import bot.__main__
import bot.demo.service  # noqa: F401
import tests.support.clips
import tests.torture.bot  # noqa: F401
from bot.chat import gallery
from bot.handlers.caption_parser import parse_caption
from bot.i18n import formats, languages, texts
from styler.gallery import load_gallery
from styler.gallery.contact_sheet import labelled

Image.init()
paintings = load_gallery()
parse_caption("Great wav + poppies, strong, keep colours, please", paintings)
languages.in_all_languages(lambda: texts.help(20 * 2**20) + formats.megapixels(1.5) + formats.enumeration(["a", "b"]))

# What is the same for each bot, and is half of its start: the certificates, and the pictures of the gallery.
default.create_ssl_context = functools.cache(default.create_ssl_context)
default.AsyncHTTPTransport()
unlabelled = functools.cache(gallery.unlabelled_contact_sheet)
gallery.unlabelled_contact_sheet = lambda paintings: unlabelled(tuple(paintings))
drawn = functools.cache(lambda sheet, names: labelled(Image.open(io.BytesIO(sheet)), names))
gallery.labelled = lambda sheet, names: drawn(sheet.fp.getvalue(), tuple(names))
languages.in_all_languages(lambda: gallery.Gallery(paintings).image(gallery.CONTACT_SHEET))

# Fewer pages to copy after each fork: the collector leaves alone, and unwritten, what is there by now.
gc.collect()
gc.freeze()
