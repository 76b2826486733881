"""The operator's switches: faults, the network, flood limits, the bot's own process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast, get_args

from bot.demo.api.faults import FaultKind
from bot.demo.api.server import Server
from bot.demo.bot_process import BotProcess
from bot.demo.web.forms import ActionError, Form


async def fault_on(server: Server, process: BotProcess | None, form: Form) -> Any:
    values = form.values
    kind = values.text("kind")
    if kind not in get_args(FaultKind):
        raise ActionError(f"There is no fault {kind!r}.")
    fault = server.faults.add(
        cast(FaultKind, kind),
        values.text("method"),
        count=values.integer("count") or None,
        probability=values.number("probability", 1.0),
        seconds=values.number("seconds"),
        code=values.integer("code", 400),
        description=values.text("description", "Bad Request: this fault was switched on"),
    )
    return {"number": fault.number}


async def fault_off(server: Server, process: BotProcess | None, form: Form) -> Any:
    number = form.values.integer("number")
    server.faults.on[:] = [fault for fault in server.faults.on if fault.number != number]
    return {}


async def offline(server: Server, process: BotProcess | None, form: Form) -> Any:
    """The network is off for the bot only, not for the page."""
    server.cut_off(form.values.flag("on"))
    return {}


async def flood(server: Server, process: BotProcess | None, form: Form) -> Any:
    server.world.flood.enforced = form.values.flag("on")
    return {}


async def kill(server: Server, process: BotProcess | None, form: Form) -> Any:
    if process is None:
        raise ActionError("The bot is not started from here.")
    process.kill()
    return {}


Switch = Callable[[Server, BotProcess | None, Form], Awaitable[Any]]
SWITCHES: dict[str, Switch] = {switch.__name__: switch for switch in (fault_on, fault_off, offline, flood, kill)}
