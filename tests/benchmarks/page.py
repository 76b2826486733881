"""`python -m tests.benchmarks.page`: the time from a button press to the change that a person sees.

In the demo chat, on loopback, by the page's own clock, while the real painter works: how long until the button shows
that it was pressed, and until the message shows the bot's answer. One chat waits for a painting, and when it is there,
for the next; in another the buttons are pressed, less than once a second, because the bot keeps Telegram's limit of a
message a second.

The browser has a session of its own. Where Linux shares the processors by session (autogroup), a priority given to the
session of this program makes the browser wait for the painter.
"""

import asyncio
import statistics
import sys
import tempfile

from bot.demo.api.server import Server
from bot.demo.bot_process import BotProcess
from bot.demo.service import bot_command, demo_world
from bot.demo.web.routes import PageRoutes
from styler.argument_parser import ArgumentParser
from tests.support.page import PHOTOS, ROOT, chromium, opened

REST = 1.2  # seconds between two presses
BOT = (f"PYTHONPATH={ROOT}", "STYLER_SIZE=512", sys.executable, "-m", "bot")
GOAL = 200.0  # milliseconds

# Clicks a message's last button, and returns the times at which the page has changed the button and the message.
PRESS = """
(pane, message) => new Promise(done => {
    const row = pane.querySelector(`[data-message="${message}"]`);
    const last = () => [...row.querySelectorAll(".key")].at(-1);
    const key = last(), label = key.textContent;
    const times = {};
    const start = performance.now();
    const observer = new MutationObserver(() => {
        if (key.ariaBusy === "true") times.noticed ??= performance.now() - start;
        if (last()?.textContent === label) return;  // Another edit: one's own sheet comes in between.
        observer.disconnect();
        done({ ...times, changed: performance.now() - start });
    });
    observer.observe(row, { childList: true, subtree: true, attributes: true, characterData: true });
    key.click();
})
"""


async def measure(painted_for, presses, number: int) -> list[dict[str, float]]:
    """Switch between the gallery and the question for a style by its last button, while other photos are painted."""
    idle, painting, times = await _gallery(presses.person), None, []
    while len(times) < number:
        if painting is None or not _in_work(painting):
            painting = await _begun(painted_for.person)
        await asyncio.sleep(REST)
        found = await presses.pane.evaluate(PRESS, idle.id)
        if _in_work(painting):
            times.append(found)
    return times


async def _gallery(person, caption: str = ""):
    sent = person.sends_photo((PHOTOS / "chelsea.jpg").read_bytes(), caption)
    (gallery,) = await person.chat.until(lambda chat: chat.answers(sent), within=60)
    return gallery


async def _begun(person):
    painting = await _gallery(person, "Great Wave")
    await person.chat.until(lambda _: _in_work(painting), within=120)
    return painting


def _in_work(painting) -> bool:
    return "%" in (painting.caption or "")


async def main(presses: int) -> int:
    server = Server(demo_world())
    process = BotProcess(changed=lambda: server.world.notify("bot", None))
    PageRoutes(server, process)
    with tempfile.TemporaryDirectory() as folder:
        async with server, chromium() as browser:
            process.command = bot_command(server, BOT, folder)
            running = asyncio.create_task(process.run())
            try:
                async with opened(browser, server, *server.world.people.values()) as phones:
                    times = await measure(*phones, presses)
            finally:
                process.stop()
                await running
    return report(times)


def report(times: list[dict[str, float]]) -> int:
    print(f"{len(times)} presses while a painting runs, milliseconds on loopback")
    print(f"{'':24}{'median':>8}{'95 %':>8}{'most':>8}")
    for name, what in (("noticed", "the button is marked"), ("changed", "the message has changed")):
        found = sorted(time[name] for time in times if name in time)
        share = found[int(0.95 * (len(found) - 1))]
        print(f"{what:24}{statistics.median(found):8.0f}{share:8.0f}{found[-1]:8.0f}")
    return int(share > GOAL)


if __name__ == "__main__":
    parser = ArgumentParser("python -m tests.benchmarks.page", description=__doc__)
    parser.add_argument("--presses", type=int, default=60)
    sys.exit(asyncio.run(main(parser.parse_args().presses)))
