"""Wires the parts of the bot together: each gets what it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram.ext import ExtBot

from bot.chat.album_message import AlbumMessage
from bot.chat.gallery import Gallery
from bot.chat.gallery_message import GalleryMessage
from bot.chat.job_captions import JobCaptions
from bot.chat.job_message import JobMessage
from bot.chat.job_notices import JobNotices
from bot.chat.job_views import JobViews
from bot.chat.message_editor import MessageEditor
from bot.chat.sheet_requests import SheetRequests
from bot.config import Config
from bot.executors.base import Executor
from bot.handlers.access import AccessControl
from bot.handlers.blend_buttons import BlendButtons
from bot.handlers.commands import Commands
from bot.handlers.custom_styles import CustomStyles
from bot.handlers.edits import Edits
from bot.handlers.follow_ups import FollowUps
from bot.handlers.gallery_buttons import GalleryButtons
from bot.handlers.groups import Groups
from bot.handlers.inline import InlineSharing
from bot.handlers.job_buttons import JobButtons
from bot.handlers.new_photos import NewPhotos
from bot.handlers.ownership import Ownership
from bot.handlers.photos import Photos
from bot.handlers.preferences import Preferences
from bot.handlers.routes import Route, button_routes, command_routes, message_routes
from bot.handlers.submission import Submission
from bot.jobs.announcer import Announcer
from bot.jobs.cancellation import Cancellation
from bot.jobs.chat_migration import ChatMigration
from bot.jobs.dispatcher import Dispatcher
from bot.jobs.enqueuer import Enqueuer, QueueLimits
from bot.jobs.inputs import JobInputs
from bot.jobs.message_requests import MessageRequests
from bot.jobs.outcomes import JobOutcomes
from bot.jobs.painter import JobPainter
from bot.jobs.position_display import PositionDisplay
from bot.jobs.positions import QueuePositions
from bot.jobs.queue_list import QueueList
from bot.jobs.requests import JobRequests
from bot.jobs.runner import JobRunner
from bot.jobs.sheet_painter import SheetPainter
from bot.jobs.signals import JobSignals
from bot.options import PaintOptions
from bot.storage.storage import Storage
from styler.settings import Settings

SHEETS = 20  # galleries that wait to be made of their own photo
LARGEST_BY_GPU = 4096  # pixels
LARGEST_BY_CPU = 1024
CLIPS_BY_CPU: dict[str, Any] = {"size": 320, "max_seconds": 5.0, "fps": 10.0}


@dataclass(frozen=True)
class ChatParts:
    """What shows things in chats."""

    captions: JobCaptions
    gallery_message: GalleryMessage
    album_message: AlbumMessage
    views: JobViews


@dataclass(frozen=True)
class JobParts:
    """What moves jobs."""

    dispatcher: Dispatcher
    requests: JobRequests
    cancellation: Cancellation
    queue_list: QueueList
    chat_migration: ChatMigration


@dataclass(frozen=True)
class BotParts:
    """What the application runs: the dispatcher, the painter of sheets, and the handlers with their access control."""

    dispatcher: Dispatcher
    sheets: SheetPainter
    access: AccessControl
    routes: list[Route]


def wire(config: Config, storage: Storage, executor: Executor, bot: ExtBot[Any], gallery: Gallery) -> BotParts:
    """All parts, from the chat to the handlers. The executor must have been started."""
    options = paint_options(config, on_gpus=executor.on_gpus)
    sheets = SheetRequests(most=SHEETS if config.previews == "on" else 0)
    chat = _chat(storage, bot, JobCaptions(gallery, options), sheets)
    limits = QueueLimits(config.max_waiting_per_user, config.max_waiting, config.max_per_day, config.admins)
    inputs = JobInputs(bot, gallery, config.settings, options)
    jobs = _jobs(storage, executor, inputs, chat, Enqueuer(storage, options, limits))
    access = AccessControl(storage.users, config.allowed_users, config.admins)
    sheet_painter = SheetPainter(sheets, storage, executor, inputs, chat.gallery_message)
    return BotParts(jobs.dispatcher, sheet_painter, access, _routes(config, storage, options, chat, jobs))


def _chat(storage: Storage, bot: ExtBot[Any], captions: JobCaptions, sheets: SheetRequests) -> ChatParts:
    editor = MessageEditor(bot, captions.gallery)
    notices = JobNotices(bot, storage, captions, editor)
    gallery_message = GalleryMessage(storage, captions.options, editor, sheets)
    job_message = JobMessage(storage, captions, editor, gallery_message, notices)
    album_message = AlbumMessage(bot, storage, captions, editor, notices)
    return ChatParts(captions, gallery_message, album_message, JobViews(job_message, album_message))


def _jobs(storage: Storage, executor: Executor, inputs: JobInputs, chat: ChatParts, enqueuer: Enqueuer) -> JobParts:
    signals, views = JobSignals(), chat.views
    positions = QueuePositions(storage.queue, executor.slots)
    position_display = PositionDisplay(storage, chat.captions, positions, views, signals)
    outcomes = JobOutcomes(storage, views, inputs, signals)
    announcer = Announcer(storage, views, position_display, outcomes, signals)
    runner = JobRunner(storage, JobPainter(storage, executor, inputs, views), views, outcomes)
    dispatcher = Dispatcher(storage, announcer, runner, position_display, signals)
    return JobParts(
        dispatcher,
        JobRequests(enqueuer, position_display, dispatcher, storage.jobs),
        Cancellation(storage.job_search, dispatcher, views, chat.album_message),
        QueueList(storage.job_search, positions, chat.captions),
        ChatMigration(storage.job_search, outcomes),
    )


def _routes(config: Config, storage: Storage, options: PaintOptions, chat: ChatParts, jobs: JobParts) -> list[Route]:
    gallery_message, limit = chat.gallery_message, config.download_limit
    ownership, submission = Ownership(storage), Submission(jobs.requests, storage.photos)
    requests = MessageRequests(jobs.requests, gallery_message, chat.album_message, storage)
    new_photos = NewPhotos(storage, gallery_message, chat.album_message, requests)
    photos = Photos(new_photos, CustomStyles(storage.photos, gallery_message, requests), limit)
    commands = Commands(storage, gallery_message, jobs.cancellation, jobs.queue_list, limit)
    follow_ups = FollowUps(storage, requests, commands, gallery_message, options)
    edits = Edits(storage, photos, commands, follow_ups, gallery_message)
    groups = Groups(storage.photos, photos, follow_ups, jobs.chat_migration)
    preferences = Preferences(storage.users, options)
    return [
        *command_routes(commands, preferences, groups, config.admins),
        *message_routes(photos, follow_ups, edits, groups, commands, InlineSharing(storage.job_search, chat.captions)),
        *button_routes(
            commands,
            GalleryButtons(storage.photos, gallery_message, submission, ownership),
            BlendButtons(storage.photos, gallery_message, submission, ownership),
            JobButtons(options, submission, jobs.cancellation, jobs.queue_list, ownership),
            preferences,
        ),
    ]


def paint_options(config: Config, *, on_gpus: bool) -> PaintOptions:
    """What users may choose: if the operator does not say how large a painting may be, what takes minutes at most."""
    defaults = Settings(**config.settings)
    largest = config.max_size or (LARGEST_BY_GPU if on_gpus else LARGEST_BY_CPU)
    clips = {"size": defaults.size} if on_gpus else _clips_by_cpu(config.settings, defaults)
    return PaintOptions(defaults, max(largest, defaults.size), clips)


def _clips_by_cpu(operator_settings: Mapping[str, Any], defaults: Settings) -> dict[str, Any]:
    """How clips are painted without a GPU, so that it takes minutes and not hours. The operator may choose how many
    seconds and frames.
    """
    chosen = {name: value for name, value in operator_settings.items() if name in ("max_seconds", "fps")}
    return {**CLIPS_BY_CPU, **chosen, "size": min(defaults.size, CLIPS_BY_CPU["size"])}
