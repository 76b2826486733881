"""`@bot` in any chat: offers a user's last paintings, to be sent there. Nobody is offered another's."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import (
    InlineQuery,
    InlineQueryResultCachedDocument,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    Update,
)
from telegram.error import TelegramError

from bot.chat.job_captions import JobCaptions
from bot.handlers import caption_parser
from bot.handlers.context import Context
from bot.i18n import texts
from bot.storage.job_search import JobSearch
from bot.storage.models import Job

MOST = InlineQuery.MAX_RESULTS
CACHE_SECONDS = 5  # for which Telegram may offer the same again: short, so that a new painting is there soon
START = "share"  # comes with /start, if the button above the results has led the person to the bot

log = logging.getLogger(__name__)

Offer = InlineQueryResultCachedPhoto | InlineQueryResultCachedDocument


@dataclass(frozen=True)
class InlineSharing:
    """Offers a user's finished paintings in any chat."""

    job_search: JobSearch
    captions: JobCaptions

    async def inline_query(self, update: Update, _: Context) -> None:
        """The newest first; what is typed behind the bot's name chooses by the paintings' names."""
        query = update.inline_query
        if query is None:
            raise ValueError("an update without an inline query")
        painted = await self.job_search.finished(query.from_user.id)
        chosen = [
            job for job in painted if caption_parser.matches_prefix(query.query, self.captions.gallery.styles(job))
        ]
        first = None if painted else InlineQueryResultsButton(texts.paint_first(), start_parameter=START)
        await offer(query, [self._offer(job) for job in chosen], first)

    def _offer(self, job: Job) -> Offer:
        title, caption, file_id = self.captions.describe(job), self.captions.finished(job), job.result_file_id or ""
        if job.as_file:
            return InlineQueryResultCachedDocument(str(job.id), title, file_id, caption=caption)
        return InlineQueryResultCachedPhoto(str(job.id), file_id, title, caption=caption)


async def offer(
    query: InlineQuery, offers: Sequence[Offer] = (), button: InlineQueryResultsButton | None = None
) -> None:
    """Offered to this person alone: otherwise Telegram would give it to everybody who types the same. It takes 50 at
    once, and asks for the next when the person has scrolled through them.

    (Not by `auto_pagination`: of python-telegram-bot's `Defaults` the offset after the last would become "[]".)
    """
    page = int(query.offset) if query.offset.isascii() and query.offset.isdigit() else 0
    first, end = MOST * page, MOST * (page + 1)
    more = str(page + 1) if len(offers) > end else None
    try:
        await query.answer(offers[first:end], CACHE_SECONDS, is_personal=True, next_offset=more, button=button)
    except TelegramError as error:
        # Too old, after a restart say, or typed on meanwhile: the next letter asks again.
        log.info("an inline query could not be answered: %s", error)
