"""A person at the demo chat in a browser: the real page, the real bot, and a painter that takes three seconds."""

import sys

import pytest
from playwright.async_api import expect

from tests.support.page import CHROMIUM, DESKTOP, PHONE, ROOT, complaints, fits, opened

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.needs(*CHROMIUM),
]
CHELSEA = 451 / 300
BOT = (f"PYTHONPATH={ROOT}", sys.executable, "-m", "tests.support.quick_bot", "2", "3")


@pytest.fixture
def ann(server):
    return server.world.person("Ann", started=False)


@pytest.fixture
def boris(server):
    return server.world.person("Boris", started=False)


async def paints(phone) -> None:
    """From the gallery to the finished Great Wave."""
    await phone.press(phone.key("Great Wave"))
    await phone.sees("Painting: 33%")
    await phone.shows(CHELSEA)  # the first preview; before it, the painting was shown
    await expect(phone.last.locator(".photo img")).to_have_count(1)
    preview = await phone.last.locator(".photo img").get_attribute("src")
    await expect(phone.key("Stronger")).to_be_visible()
    await phone.sees("after Katsushika Hokusai")
    assert await phone.last.locator(".photo img").last.get_attribute("src") != preview


async def compares(phone) -> None:
    """Enlarges the painting and moves the seam: by hand, by the keys; Escape leads back to the chat."""
    page = phone.page
    await phone.press(phone.last.get_by_role("button", name="Enlarge the picture"))
    frame, seam = page.locator(".compare"), page.get_by_role("slider", name="Photo or painting")
    await expect(seam).to_be_focused()
    await expect(seam).to_have_value("50")
    box = await frame.bounding_box()
    middle = box["y"] + box["height"] / 2
    await page.mouse.move(box["x"] + box["width"] / 2, middle)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 4, middle)
    await page.mouse.up()
    await expect(seam).to_have_value("25")
    await page.keyboard.press("ArrowRight")
    await expect(seam).to_have_attribute("aria-valuetext", "26 % photo, 74 % painting")
    cut = await frame.evaluate("frame => getComputedStyle(frame.querySelector('.before')).clipPath")
    assert cut.startswith("inset(0px calc(100% - 26%)") or "74%" in cut, cut
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(phone.last.get_by_role("button", name="Enlarge the picture")).to_be_focused()


async def cancels_a_stronger_one(phone) -> None:
    before = await phone.messages.count()
    await phone.press(phone.key("Stronger"))
    await expect(phone.messages).to_have_count(before + 1)
    await phone.press(phone.key("Cancel"))
    await phone.sees("Cancelled")
    await expect(phone.key("Great Wave")).to_be_visible()


async def test_from_a_dropped_photo_to_a_painting(browser, server, ann):
    async with opened(browser, server, ann) as phone:
        await expect(phone.pane.get_by_text("Drop a photo here or try one of these")).to_be_visible()
        await phone.drops("chelsea.jpg")
        await phone.button("Send").click()
        await expect(phone.pane.get_by_text("Drop a photo here")).to_be_hidden()
        await paints(phone)
        await compares(phone)
        await cancels_a_stronger_one(phone)


async def test_the_same_by_touch_on_a_narrow_phone(browser, server, ann):
    async with opened(browser, server, ann, **PHONE) as phone:
        await expect(phone.pane.get_by_text("Send a photo or try one of these")).to_be_visible()
        await phone.button("A cat").tap()
        await expect(phone.key("Great Wave")).to_be_visible()
        await fits(phone)
        await paints(phone)
        await fits(phone)
        await compares(phone)
        await cancels_a_stronger_one(phone)


async def test_two_people_at_the_same_time(browser, server, ann, boris):
    async with opened(browser, server, ann, boris) as (left, right):
        await left.button("A cat").click()
        await right.button("A cup of coffee").click()
        await left.key("Great Wave").click()
        await right.key("Café Terrace").click()
        await left.sees("Painting: 33%")
        await right.sees("Painting: 33%")
        await left.sees("after Katsushika Hokusai")
        await right.sees("after Vincent van Gogh")
        await expect(left.messages).to_have_count(2)
        await expect(right.messages).to_have_count(2)
    assert len(ann.chat.messages) == len(boris.chat.messages) == 2


async def brightness(page, selector: str) -> float:
    """0 is black, 255 white."""
    channels = await page.locator(selector).first.evaluate(
        "element => getComputedStyle(element).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)"
    )
    return sum(channels) / 3


async def test_dark_and_light_follow_the_system(browser, server, ann):
    async with opened(browser, server, ann, **DESKTOP, color_scheme="dark") as phone:
        await phone.says("hello")
        await expect(phone.last).to_be_visible()
        assert max([await brightness(phone.page, s) for s in ("body", ".in .bubble", ".out .bubble")]) < 100
        await phone.page.emulate_media(color_scheme="light")
        assert min([await brightness(phone.page, s) for s in ("body", ".in .bubble", ".out .bubble")]) > 200


@pytest.mark.parametrize("looks", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_axe_finds_nothing_serious_in_light_and_dark(browser, server, ann, looks):
    async with opened(browser, server, ann, **looks) as phone:
        page = phone.page
        await expect(phone.button("A cat")).to_be_visible()
        assert await complaints(page) == []
        await phone.says("/help")
        await expect(phone.last).to_be_visible()
        await phone.button("Attach a photo or file").click()
        await page.get_by_role("menuitem", name="A cat").click()
        await expect(phone.key("Great Wave")).to_be_visible()
        assert await complaints(page) == []
        await phone.button("More about this chat").click()
        assert await complaints(page) == []
        await page.get_by_role("menuitem", name="Operator").click()
        await page.locator(".call summary").first.click()
        assert await complaints(page) == []
        await phone.page.keyboard.press("Escape")
        await phone.key("Great Wave").click()
        await phone.sees("after Katsushika Hokusai")
        await phone.last.get_by_role("button", name="Enlarge").click()
        assert await complaints(page) == []


async def test_the_whole_way_by_keyboard(browser, server, ann):
    async with opened(browser, server, ann) as phone:
        keys = phone.page.keyboard
        await phone.button("A cat").focus()
        await keys.press("Enter")
        await phone.key("Great Wave").focus()
        await keys.press("Enter")
        await expect(phone.key("Cancel")).to_be_focused()  # where the pressed button was
        await keys.press("Enter")
        await phone.sees("Cancelled")
        await phone.input.focus()
        await keys.type("/he")
        await expect(phone.pane.get_by_role("option")).to_have_count(1)
        await keys.press("Enter")
        await phone.sees("Tap a painting")


async def test_the_command_menu_and_commands_in_messages(browser, server, ann):
    async with opened(browser, server, ann) as phone:
        await phone.button("Start").click()
        await phone.sees("Send me a photo")
        await phone.button("Commands").click()
        options = phone.pane.get_by_role("option")
        await expect(options.first).to_contain_text("/start")
        await options.filter(has_text="/help").click()
        await phone.last.get_by_role("button", name="/queue").click()
        await phone.sees("You have nothing in line")


async def test_language_is_the_person_s_own(browser, server, ann):
    async with opened(browser, server, ann) as phone:
        choice = phone.page.get_by_role("combobox", name="Language of Ann").last
        await choice.select_option("Deutsch")
        await phone.says("hallo")  # a person's acts arrive in order
        await phone.page.reload()
        await expect(choice).to_have_value("de")
    assert ann.user.language_code == "de"
