"""`python -m tests.benchmarks.restart [PEOPLE]`: people who wait for the bot as it starts again.

Each has sent a photo meanwhile. How many times does the bot upload the contact sheet, and after how many seconds has
everybody a gallery? `apart`: each gallery with an upload of its own, as without `Gallery.sharing`. The stand-in has the
official server's pace: uploads of the same size go one after the other, 0.2 s each.
"""

import asyncio
import time

from styler.argument_parser import ArgumentParser
from tests.support.fakes import photo
from tests.torture.kit import PATIENCE, bot_at_work


async def measure(people: int, *arguments: str) -> tuple[int, int, float]:
    """Uploads, calls that the server refused, and seconds from the start of the process."""
    async with bot_at_work("--slots", 1, *arguments, start=False) as bot:
        waiting = [bot.world.person(f"Person {number}") for number in range(people)]
        sent = [person.sends_photo(photo("teal")) for person in waiting]
        uploads = refused = 0

        def count(call):
            nonlocal uploads, refused
            uploads += call.method == "sendPhoto" and "bytes>" in str(call.params["photo"])
            refused += call.status == 429

        bot.server.calls.listeners.append(count)
        began = time.monotonic()
        await bot.until_polling()
        for person, message in zip(waiting, sent, strict=True):
            await person.chat.until(lambda chat, message=message: chat.answers(message), 3 * PATIENCE)
        return uploads, refused, time.monotonic() - began


def main() -> None:
    parser = ArgumentParser("python -m tests.benchmarks.restart", description=__doc__)
    parser.add_argument("people", metavar="PEOPLE", type=int, nargs="?", default=120)
    people = parser.parse_args().people
    for name, arguments in (("apart", ("--apart",)), ("shared", ())) * 2:
        uploads, refused, seconds = asyncio.run(measure(people, *arguments))
        print(f"{name:7} {people} people: {uploads:3} uploads, {refused} refused, {seconds:5.1f} s", flush=True)


if __name__ == "__main__":
    main()
