"""The methods about the bot itself and about chats and their members."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from bot.demo.api.params import Params
from bot.demo.api.resolving import Access, chat_of
from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.model import Chat
from bot.demo.telegram.render import chat_json, file_json, member_json, user_json
from bot.demo.telegram.world import World

Method = Callable[[World, Params], Awaitable[Any]]


async def get_me(world: World, params: Params) -> Any:
    return user_json(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all_group_messages,
        "supports_inline_queries": world.supports_inline_queries,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def set_my_commands(world: World, params: Params) -> Any:
    world.profile.set_commands(_scope(params), params.text("language_code"), params.objects("commands") or [])
    world.notify("profile", None)
    return True


async def get_my_commands(world: World, params: Params) -> Any:
    return world.profile.commands.get((_scope(params), params.text("language_code")), [])


async def delete_my_commands(world: World, params: Params) -> Any:
    world.profile.commands.pop((_scope(params), params.text("language_code")), None)
    return True


def _scope(params: Params) -> str:
    """The scope as one word: its type, with the chat or user it is about."""
    scope = params.object("scope") or {"type": "default"}
    if "type" not in scope:
        raise bad_request("can't parse BotCommandScope: Can't find field \"type\"")
    return " ".join([str(scope["type"]), *(str(scope[key]) for key in ("chat_id", "user_id") if key in scope)])


async def _set_text(which: str, world: World, params: Params) -> Any:
    world.profile.set_text(which, params.text("language_code"), params.text(which))
    world.notify("profile", None)
    return True


async def _get_text(which: str, world: World, params: Params) -> Any:
    return {which: world.profile.text(which, params.text("language_code"))}


async def set_chat_menu_button(world: World, params: Params) -> Any:
    world.profile.menu_button = params.object("menu_button") or {"type": "default"}
    return True


async def get_chat_menu_button(world: World, params: Params) -> Any:
    return world.profile.menu_button


async def get_user_profile_photos(world: World, params: Params) -> Any:
    if world.users.get(params.integer("user_id")) is None:
        raise bad_request("user not found")
    photos = world.profile.photos if params.integer("user_id") == world.bot.id else []
    return {"total_count": len(photos), "photos": [[file_json(file) for file in media.files] for media in photos]}


async def get_chat(world: World, params: Params) -> Any:
    chat = chat_of(world, params)
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
    )
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return chat_json(chat, world.users.get(chat.id)) | full


async def get_chat_member(world: World, params: Params) -> Any:
    chat, user = chat_of(world, params, Access.WRITE), world.users.get(params.integer("user_id"))
    if user is None:
        raise bad_request("invalid user_id specified")
    return member_json(user, _members(world, chat).get(user.id, "left"))


async def get_chat_administrators(world: World, params: Params) -> Any:
    chat = chat_of(world, params, Access.WRITE)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    admins = {id_: status for id_, status in chat.members.items() if status in ("creator", "administrator")}
    return [member_json(world.users[id_], status) for id_, status in admins.items() if id_ != world.bot.id]


async def get_chat_member_count(world: World, params: Params) -> Any:
    return sum(status not in ("left", "kicked") for status in _members(world, chat_of(world, params)).values())


def _members(world: World, chat: Chat) -> dict[int, Any]:
    return {chat.id: "member", world.bot.id: "member"} if chat.type == "private" else dict(chat.members)


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": partial(_set_text, "name"),
    "getMyName": partial(_get_text, "name"),
    "setMyDescription": partial(_set_text, "description"),
    "getMyDescription": partial(_get_text, "description"),
    "setMyShortDescription": partial(_set_text, "short_description"),
    "getMyShortDescription": partial(_get_text, "short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "getUserProfilePhotos": get_user_profile_photos,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
}
