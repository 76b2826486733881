"""Galleries made of the users' own photos: painted while a painter is idle, and shown by one edit of the gallery."""

from __future__ import annotations

import logging

from telegram.error import TelegramError

from bot import logs, metrics
from bot.chat.gallery_message import GalleryMessage
from bot.chat.sheet_requests import SheetRequest, SheetRequests
from bot.executors.base import Executor, WorkerDied
from bot.i18n import languages, texts
from bot.jobs.inputs import JobInputs
from bot.storage.storage import Storage
from styler.events import BadImage, PaintError

log = logging.getLogger(__name__)


class SheetPainter:
    """Makes one sheet after the other.

    A sheet is worth only seconds: it is given up, without a word, when a painting wants the painter, when somebody
    presses a button of the gallery, and when anything fails. What was forgotten meanwhile is not shown.
    """

    def __init__(
        self,
        requests: SheetRequests,
        storage: Storage,
        executor: Executor,
        inputs: JobInputs,
        galleries: GalleryMessage,
    ) -> None:
        self._requests = requests
        self._storage = storage
        self._executor = executor
        self._inputs = inputs
        self._galleries = galleries

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            request = await self._requests.take()
            with logs.log_exceptions("a sheet cannot be made"):
                metrics.SHEETS.labels(await self._make(request)).inc()

    async def _make(self, request: SheetRequest) -> str:
        """Make and show a sheet. Returns what came of it."""
        try:
            sheet = await self._paint_sheet(request)
            if sheet is None:
                return "outdated" if request.watch.changed else "busy"
            return "shown" if await self._show(request, sheet) else "outdated"
        except (BadImage, PaintError, WorkerDied, TelegramError) as error:
            log.info("no sheet for a photo: %s", error)
            return "failed"

    async def _paint_sheet(self, request: SheetRequest) -> bytes | None:
        """None if somebody pressed a button of the gallery, or if no painter is idle."""
        if request.watch.changed:
            return None
        kind = request.view.sheet
        content = await self._inputs.photo(request.photo)
        if request.watch.changed:
            return None
        languages.activate(kind.language)
        labels = [texts.label(painting) for painting in kind.page.paintings]
        settings = await self._inputs.sheet_settings(request.photo, content, kind.preferences)
        return await self._executor.paint_sheet(content, kind.page.paintings, labels, settings)

    async def _show(self, request: SheetRequest, sheet: bytes) -> bool:
        photo = await self._storage.photos.get(request.photo.chat_id, request.photo.user_id, request.photo.message_id)
        if photo is None or photo.file_id != request.photo.file_id:
            return False  # forgotten, or exchanged for another picture
        return await self._galleries.show_sheet(request, sheet)
