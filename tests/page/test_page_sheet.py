"""See yourself in every painting, and how it was painted: in a browser, with the real bot and a quick painter."""

import sys

import pytest
from playwright.async_api import expect

from bot.i18n import languages, texts
from styler.image.side_by_side import GAP
from tests.support.page import CHROMIUM, PHONE, ROOT, fits, opened

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.needs(*CHROMIUM),
]
BOT = (f"PYTHONPATH={ROOT}", "PREVIEWS=on", sys.executable, "-m", "tests.support.quick_bot", "2", "1")
BOTH = (2 * 451 + GAP) / 300  # the shape of the cat beside its painting


async def gallery_of_one_s_own(phone) -> None:
    """The newest message shows the paintings, and then, in the same place, the photo in each of them."""
    message = await phone.person.chat.until(lambda chat: next(iter(chat.from_bot), None))
    picture = phone.last.locator(".photo img").last
    await expect(picture).to_be_visible()
    keys = await phone.last.locator(".key").all_inner_texts()
    await phone.person.chat.until(lambda _: len(message.versions) > 1)
    assert message.versions[0].photo != message.now.photo
    await expect(picture).to_have_js_property("complete", value=True)
    assert await phone.last.locator(".key").all_inner_texts() == keys
    await expect(phone.from_bot).to_have_count(1)


async def plays(video) -> bool:
    """It can be read: the browser knows how long it takes."""
    seconds = "video => new Promise(done => { const told = () => video.duration && done(video.duration);"
    return await video.evaluate(seconds + " told(); video.addEventListener('durationchange', told); })") > 0


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "pt", "ru"])
async def test_in_each_language_on_a_narrow_phone(browser, server, language):
    person = server.world.person(f"Person {language}", language)
    async with opened(browser, server, person, **PHONE) as phone:
        await phone.press(phone.button("A cat"))
        await gallery_of_one_s_own(phone)
        await fits(phone)
        timelapse, both = spoken(language)
        await phone.press(phone.last.locator(".key").first)
        await expect(phone.key(timelapse)).to_be_visible()
        await fits(phone)
        painting = phone.from_bot.first
        await phone.press(phone.key(timelapse))
        await expect(phone.from_bot).to_have_count(2)
        await expect(phone.last.locator("video")).to_be_visible()
        assert await plays(phone.last.locator("video"))
        await fits(phone)
        await phone.press(painting.get_by_role("button", name=both, exact=True))
        await expect(phone.from_bot).to_have_count(3)
        await phone.shows(BOTH)
        await expect(phone.last.locator(".photo img").last).to_have_js_property("complete", value=True)
        await fits(phone)


def spoken(language: str) -> tuple[str, str]:
    """The buttons of the timelapse and of the comparison in this language."""
    languages.activate(language)
    try:
        return texts.how_it_was_painted(), texts.before_and_after()
    finally:
        languages.activate("en")
