#!/usr/bin/env bash
# One would guess: with aiogram, state.update_data(key=value) adds to what is kept of a chat, whatever else happens at
# that moment, and a bot that works with MemoryStorage works with RedisStorage, which is meant for production.
#
# What is so: update_data() reads all data, changes them and writes all of them back, in three steps between which other
# handlers run, and aiogram runs the handlers of one chat at the same time. In memory none of the steps waits, so
# nothing can come between. With Redis each waits for the network: of ten photos sent as an album, one is left in the
# list; and of ten calls for ten different keys, one. No error, no warning. Events are not
# isolated by default (events_isolation).
#
# Who meets it: bots that collect the photos of an album (each is a message of its own, and all of them come at once) or
# what somebody types quickly. Tests with MemoryStorage show nothing. With one process,
# Dispatcher(events_isolation=SimpleEventIsolation()) helps; with several, RedisEventIsolation.
#
# Source: run here, with fakeredis in place of a server; aiogram/fsm/storage/base.py, update_data(), which RedisStorage
# does not replace, and aiogram/dispatcher/dispatcher.py (DisabledEventIsolation; handle_as_tasks is on for polling).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aiogram==3.31.0 fakeredis==2.41.0 redis==8.1.0
"$folder/venv/bin/python" - <<'PY'
import asyncio
from importlib.metadata import version

from aiogram import Bot, Dispatcher
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import Message, Update
from fakeredis import FakeAsyncRedis

PHOTOS = range(1, 11)


async def collect(message: Message, state: FSMContext) -> None:
    photos = (await state.get_data()).get("photos", [])
    await state.update_data(photos=[*photos, message.message_id])


async def under_its_own_key(message: Message, state: FSMContext) -> None:
    await state.update_data({str(message.message_id): "a photo"})


def photo(number: int) -> Update:
    """One of an album's photos, as Telegram sends it."""
    one = {"id": 5, "is_bot": False, "first_name": "Ann"}
    sizes = [{"file_id": f"f{number}", "file_unique_id": f"u{number}", "width": 1, "height": 1}]
    message = {"message_id": number, "date": 1, "chat": {"id": 5, "type": "private"}, "from": one, "photo": sizes}
    return Update.model_validate({"update_id": number, "message": message | {"media_group_id": "album"}})


async def kept(handler, **options) -> int:
    """How many photos of an album are kept, whose messages come at once."""
    dispatcher, bot = Dispatcher(**options), Bot("1:A")
    dispatcher.message.register(handler)
    await asyncio.gather(*(dispatcher.feed_update(bot, photo(number)) for number in PHOTOS))
    data = await dispatcher.fsm.get_context(bot, 5, 5).get_data()
    return len(data.get("photos", data))


async def main() -> None:
    print("aiogram", version("aiogram"), "redis", version("redis"), "fakeredis", version("fakeredis"))
    for handler in (collect, under_its_own_key):
        memory = await kept(handler, storage=MemoryStorage())
        redis = await kept(handler, storage=RedisStorage(FakeAsyncRedis()))
        isolated = await kept(handler, storage=RedisStorage(FakeAsyncRedis()), events_isolation=SimpleEventIsolation())
        print(f"  {handler.__name__}, of {len(PHOTOS)}: MemoryStorage keeps {memory}, RedisStorage {redis}, "
              f"isolated {isolated}")
        assert memory == isolated == len(PHOTOS)
        assert redis < len(PHOTOS) / 2, "this has changed"


asyncio.run(main())
PY
