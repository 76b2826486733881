"""What the tests of the page share: a browser, the page in it, and hands that drop, tap and press."""

import base64
import mimetypes
import re
import shutil
from contextlib import asynccontextmanager
from importlib.resources import files

from playwright.async_api import Browser, Page, async_playwright, expect

from bot.demo.api.server import Server
from bot.demo.telegram.person import Person
from tests.support.project import ROOT

PHOTOS = ROOT / "tests" / "photos"
# Whichever there is. The first has no windows of its own to draw, and takes half of the others' processor time.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
ABOUT_COLOURS = ["color-contrast", "link-in-text-block"]  # axe's rules; all others say of dark ones the same
PATIENCE = 20_000  # milliseconds; the machine may be busy with other things

expect.set_options(timeout=PATIENCE)

MAKE_FILES = """
files => {
    const transfer = new DataTransfer();
    for (const { name, type, data } of files) {
        const bytes = Uint8Array.from(atob(data), character => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
    }
    return transfer;
}
"""


@asynccontextmanager
async def chromium():
    """The system's own browser, with a profile of its own that is gone afterwards."""
    async with async_playwright() as playwright:
        executable = next(filter(None, map(shutil.which, CHROMIUM)))
        browser = await playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        await browser.close()


class Phone:
    """The chat of one person in a browser."""

    def __init__(self, page: Page, person: Person, place: int = 0) -> None:
        self.page = page
        self.person = person
        self.pane = page.locator(".pane").nth(place)
        self.messages = self.pane.locator(".row")
        self.input = self.pane.get_by_role("combobox", name="Message")

    @property
    def from_bot(self):
        """The messages of the bot."""
        return self.pane.locator(".row.in")

    @property
    def last(self):
        """The newest message of the bot."""
        return self.from_bot.last

    def key(self, text: str):
        return self.last.locator(".keys").get_by_role("button", name=text, exact=True)

    def button(self, name: str):
        return self.pane.get_by_role("button", name=name, exact=True)

    async def press(self, target) -> None:
        """With a finger where there is one."""
        touch = await self.page.evaluate("matchMedia('(pointer: coarse)').matches")
        await (target.tap() if touch else target.click())

    async def says(self, text: str) -> None:
        await self.input.fill(text)
        await self.button("Send").click()

    async def drops(self, *names: str, zone: str = "photo") -> None:
        files = await self.files(*names)
        await self.pane.dispatch_event("dragenter", {"dataTransfer": files})
        target = self.pane.locator(f"[data-zone={zone}]")
        await target.dispatch_event("dragover", {"dataTransfer": files})
        await target.dispatch_event("drop", {"dataTransfer": files})

    async def pastes(self, *names: str) -> None:
        """Wherever the focus is."""
        await self.page.evaluate(
            "clipboardData => document.activeElement.dispatchEvent("
            "new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))",
            await self.files(*names),
        )

    async def files(self, *names: str):
        """A DataTransfer in the page with photos of the tests."""
        files = [
            {
                "name": name,
                "type": mimetypes.guess_type(name)[0],
                "data": base64.b64encode((PHOTOS / name).read_bytes()).decode(),
            }
            for name in names
        ]
        return await self.page.evaluate_handle(MAKE_FILES, files)

    async def shows(self, ratio: float) -> None:
        """Wait until the newest message has a picture of this shape."""
        shape = re.compile(re.escape(f"--ratio: {int(100 * ratio) / 100}"))
        await expect(self.last.locator(".stack")).to_have_attribute("style", shape)

    async def sees(self, text: str) -> None:
        await expect(self.last.locator(".body")).to_contain_text(text)


@asynccontextmanager
async def opened(browser: Browser, server: Server, *people: Person, **looks):
    """The page with the chats of one person or two; at the end it must have met no errors."""
    context = await browser.new_context(**(looks or DESKTOP))
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    seats = ",".join(f"{person.user.id}:{person.chat.id}" for person in people)
    await page.goto(f"{server.url}/#{seats}")
    phones = [Phone(page, person, place) for place, person in enumerate(people)]
    for phone in phones:
        await expect(phone.pane).to_be_visible()
    yield phones[0] if len(phones) == 1 else phones
    await context.close()
    # A request that breaks off, as some tests want it, is told in the console as well.
    unexpected = [error for error in errors if "net::ERR_" not in error]
    assert not unexpected, unexpected


async def complaints(page: Page) -> list[str]:
    """What axe finds serious or critical, in light and in dark colours, each with its places."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text())
    found = []
    for scheme, rules in (("light", {}), ("dark", {"runOnly": {"type": "rule", "values": ABOUT_COLOURS}})):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours at once, not on their way
        options = {"resultTypes": ["violations"]} | rules
        report = await page.evaluate("options => axe.run(document, options)", options)
        found += [
            f"{scheme}: {one['id']}: {one['help']} at {[node['target'] for node in one['nodes']]}"
            for one in report["violations"]
            if one["impact"] in ("serious", "critical")
        ]
    return found


async def fits(phone: Phone) -> None:
    """On a narrow phone nothing is wider than the window, no label is cut off, and every button is wide enough for a
    finger.
    """
    page = phone.page
    assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert await too_wide(page) == []
    keys = await phone.last.locator(".key").evaluate_all("""keys => keys.map(key => {
        const { left, right, width, height } = key.getBoundingClientRect();
        const cut = key.scrollWidth > key.clientWidth + 1;
        return { label: key.innerText, left, right, least: Math.min(width, height), cut };
    })""")
    for key in keys:
        assert key["left"] >= 0, key
        assert key["right"] <= PHONE["viewport"]["width"], key
        assert key["least"] >= 40, key
        assert not key["cut"], key


async def too_wide(page: Page) -> list[str]:
    """The classes of what does not fit into the place that it has."""
    return await page.evaluate("""() =>
        [...document.querySelectorAll("html, .pane, .scroller, .stack, .bubble, .keys-row, .key, .bar")]
            .filter(element => element.scrollWidth > element.clientWidth + 1)
            .map(element => element.className)
    """)
