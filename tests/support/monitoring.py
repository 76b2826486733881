"""What the tests of metrics and health share: a question to the bot, and a painting to be counted."""

from contextlib import asynccontextmanager

import aiohttp

from tests.support.chat import finished_painting, until_rows


async def get(listen, path):
    async with asked(listen, path) as answer:
        return answer.status, await answer.text()


@asynccontextmanager
async def asked(listen, path, accept="*/*"):
    url, headers = f"http://{listen}{path}", {"Accept": accept}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        yield answer


async def painted(bot, ann):
    await finished_painting(ann, "teal", "Great Wave")
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
