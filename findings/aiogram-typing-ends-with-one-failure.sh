#!/usr/bin/env bash
# One would guess: `async with ChatActionSender.upload_photo(...)` of aiogram shows "sending a photo" every 5 seconds
# until the block is left, as its documentation says; what goes wrong with one of these hints, a broken connection or
# "Too Many Requests", costs that hint, and nothing else.
#
# What is so: the first one that fails is the last. The task that sends them ends with the error, which nobody looks
# at: "Task exception was never retrieved" in the log, when the garbage is collected. The rest of the time, minutes of
# painting, the bot looks dead; nothing is sent again. ChatActionMiddleware, which does this for handlers, is the
# same. And where a hint hangs instead, the block waits for it at its end: the answer has been sent, but the handler,
# and what it holds (a lock, a place in the queue), is not free until the hint has its answer or times out, by default
# after 60 seconds.
#
# Who meets it: bots that compute for long, and the more the longer: of a hundred hints one fails easily. Hand over a
# bot whose send_chat_action() fails in silence and has a short time-out.
#
# Source: run here, without a network; aiogram/utils/chat_action.py, _worker(), which has a `finally` and no `except`,
# and _stop(), which waits for it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aiogram==3.31.0
cat > try.py <<'PY'
import asyncio
import gc
from importlib.metadata import version

from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import SendChatAction
from aiogram.utils.chat_action import ChatActionSender

METHOD = SendChatAction(chat_id=1, action="upload_photo")
FAILURES = {
    "none": None,
    "a broken connection": TelegramNetworkError(method=METHOD, message="ServerDisconnectedError"),
    "Too Many Requests": TelegramRetryAfter(method=METHOD, message="", retry_after=3),
}


class Hints(Bot):
    """A bot that counts its hints; one of them fails, or hangs until it is let go."""

    def __init__(self, fails_at: int = 0, failure: Exception | None = None, hangs: bool = False) -> None:
        super().__init__("1:A")
        self.sent, self.fails_at, self.failure, self.hangs = 0, fails_at, failure, hangs
        self.fifth, self.hanging, self.let_go = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def send_chat_action(self, **_: object) -> bool:
        self.sent += 1
        if self.sent == 5:
            self.fifth.set()
        if self.sent == self.fails_at and self.failure:
            raise self.failure
        if self.hangs:
            self.hanging.set()
            await self.let_go.wait()
        return True


async def failing(failure: Exception | None) -> tuple[int, list[str]]:
    """How many hints come while one waits for five, and what nobody looked at."""
    unseen: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: unseen.append(told["message"]))
    bot = Hints(2, failure)
    async with ChatActionSender.upload_photo(1, bot, interval=0.02):
        try:
            await asyncio.wait_for(bot.fifth.wait(), 2)
        except TimeoutError:
            pass
    gc.collect()
    return bot.sent, unseen


async def hanging() -> bool:
    """Whether the block is left while a hint hangs."""
    bot = Hints(hangs=True)

    async def handler() -> None:
        async with ChatActionSender.upload_photo(1, bot):
            await bot.hanging.wait()

    task = asyncio.create_task(handler())
    done, _ = await asyncio.wait({task}, timeout=2)
    bot.let_go.set()
    await task
    return bool(done)


print("aiogram", version("aiogram"))
found = {}
for name, failure in FAILURES.items():
    found[name] = asyncio.run(failing(failure))
    print(f"  the second hint's failure: {name}; hints: {found[name][0]}; unseen: {found[name][1]}")
free = asyncio.run(hanging())
print(f"  a hint hangs: is the block left within two seconds of its end: {free}")
assert found["none"][0] >= 5 and found["none"][1] == []
for name in ("a broken connection", "Too Many Requests"):
    assert found[name] == (2, ["Task exception was never retrieved"]), "this has changed"
assert not free, "this has changed"
PY
venv/bin/python try.py
