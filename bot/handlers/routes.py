"""Which handler gets which update."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

from telegram import Message, Update
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.chat import callback_data as actions
from bot.handlers.access import AccessControl
from bot.handlers.blend_buttons import BlendButtons
from bot.handlers.caption_parser import CANCEL, parse_change
from bot.handlers.commands import Commands
from bot.handlers.context import Context, Handler, answer
from bot.handlers.edits import Edits
from bot.handlers.errors import report_error
from bot.handlers.follow_ups import FollowUps
from bot.handlers.gallery_buttons import GalleryButtons
from bot.handlers.groups import Groups
from bot.handlers.inline import InlineSharing
from bot.handlers.job_buttons import JobButtons
from bot.handlers.media import CLIP, IMAGE
from bot.handlers.mentions import MENTIONS_BOT, SENT_BY_BOT, words_of
from bot.handlers.message_kinds import UNKNOWN_SERVICE
from bot.handlers.photos import Photos
from bot.handlers.preferences import Preferences
from bot.i18n import texts

PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & ~SENT_BY_BOT
GROUP = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & ~filters.IS_AUTOMATIC_FORWARD

Route = BaseHandler[Any, Any, Any]


def command_routes(commands: Commands, preferences: Preferences, groups: Groups, admins: Set[int]) -> list[Route]:
    """Commands in private chats."""
    return [
        CommandHandler("start", commands.start, PRIVATE),
        CommandHandler("help", commands.help, PRIVATE),
        CommandHandler("paintings", commands.paintings, PRIVATE),
        CommandHandler("queue", commands.queue, PRIVATE),
        CommandHandler("cancel", commands.cancel_all, PRIVATE),
        CommandHandler("settings", preferences.show, PRIVATE),
        CommandHandler("forget", commands.forget, PRIVATE),
        CommandHandler("stats", commands.stats, PRIVATE & filters.User(admins)),
        CommandHandler("paint", groups.addressed, PRIVATE),
    ]


def message_routes(
    photos: Photos, follow_ups: FollowUps, edits: Edits, groups: Groups, commands: Commands, sharing: InlineSharing
) -> list[Route]:
    """Messages, edits of messages and inline queries. Order matters: the first that fits handles the update."""
    return [
        CommandHandler("cancel", commands.cancel_all, GROUP & MENTIONS_BOT),
        MessageHandler((PRIVATE | (GROUP & MENTIONS_BOT)) & _Cancels(), commands.cancel_all),
        MessageHandler(GROUP & MENTIONS_BOT, groups.addressed),
        MessageHandler(GROUP & filters.StatusUpdate.MIGRATE, groups.migrated),
        MessageHandler(GROUP & (IMAGE | CLIP), groups.picture),
        MessageHandler(PRIVATE & (IMAGE | CLIP), photos.picture),
        MessageHandler(PRIVATE & filters.Sticker.ALL, photos.sticker),
        MessageHandler(PRIVATE & filters.TEXT, follow_ups.text),
        MessageHandler(PRIVATE & ~filters.StatusUpdate.ALL & ~UNKNOWN_SERVICE, photos.other),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, edits.edited),
        InlineQueryHandler(sharing.inline_query),
    ]


def button_routes(
    commands: Commands, gallery: GalleryButtons, blend: BlendButtons, job: JobButtons, preferences: Preferences
) -> list[Route]:
    """Presses of buttons, by what the button means."""
    by_action: dict[type[actions.CallbackData], Handler] = {
        actions.ChoosePainting: gallery.paint,
        actions.UseSecondAsStyle: gallery.use_second_as_style,
        actions.RequestStyle: gallery.request_style,
        actions.SwitchLive: gallery.switch_live,
        actions.BackToGallery: gallery.back,
        actions.ShowPaintings: commands.show_page,
        actions.PaintAnother: gallery.paint_another,
        actions.ChooseForBlend: blend.choose,
        actions.BlendWithCustom: blend.request_custom,
        actions.ChooseWeights: blend.paint,
        actions.ChangeJob: job.change,
        actions.CancelJob: job.cancel,
        actions.CancelListed: job.cancel_listed,
        actions.CancelAlbum: job.cancel_album,
        actions.StopEarly: job.stop_early,
        actions.ChoosePreference: preferences.choose,
        actions.ChooseLanguage: preferences.choose_language,
        actions.ShowLanguages: preferences.show_languages,
        actions.ShowPreferences: preferences.show_again,
    }
    known: list[Route] = [CallbackQueryHandler(handler, _means(action)) for action, handler in by_action.items()]
    return [_PressWithoutData(_unknown), *known, CallbackQueryHandler(_unknown)]


class _Cancels(filters.MessageFilter):
    """The words of the buttons that cancel."""

    def filter(self, message: Message) -> bool:
        return message.text is not None and parse_change(words_of(message)) == CANCEL


class _PressWithoutData(CallbackQueryHandler[Any, Any]):
    """A button of a game, say. (python-telegram-bot asks no pattern about a press that has no callback data.)"""

    def check_update(self, update: object) -> bool:
        query = update.callback_query if isinstance(update, Update) else None
        return query is not None and not query.data


def _means(action: type[actions.CallbackData]) -> Callable[[object], bool]:
    """Whether callback data is this action."""
    return lambda data: action.parse(str(data)) is not None


async def _unknown(update: Update, _: Context) -> None:
    """Forged callback data is answered, too."""
    if update.callback_query:
        await answer(update.callback_query, texts.not_yours())


def register(
    application: Application[Any, Any, Any, Any, Any, Any], access: AccessControl, routes: list[Route]
) -> None:
    """Add the handlers to the application: first who may use it, then the routes in their order."""
    for route in routes:
        application.add_handler(route)
    application.add_handler(TypeHandler(Update, access.remember_user), group=-2)
    if access.allowed_users:
        application.add_handler(TypeHandler(Update, access.check), group=-1)
    application.add_error_handler(report_error)
