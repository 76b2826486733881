"""What the tests of metrics and health share: a question to the bot, and a painting to be counted."""

import aiohttp

from tests.support.chat import finished_painting, until_rows


async def get(listen, path):
    async with aiohttp.ClientSession() as session, session.get(f"http://{listen}{path}") as answer:
        return answer.status, await answer.text()


async def painted(bot, ann):
    await finished_painting(ann, "teal", "Great Wave")
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
