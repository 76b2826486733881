"""What the page makes of a chat: every kind of message, edits in place, faults. The test itself plays the bot."""

import asyncio
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
import pytest_asyncio
from playwright.async_api import expect
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputMediaAnimation,
    InputMediaPhoto,
)

from bot.demo.api.server import Server
from bot.demo.bot_process import BotProcess
from bot.demo.web.routes import PageRoutes
from bot.storage.database import open_database
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Photo
from bot.storage.storage import Storage
from bot.storage.styles import Blend
from tests.support.clips import clip
from tests.support.demo import client, keyboard
from tests.support.fakes import photo
from tests.support.page import CHROMIUM, PHONE, PHOTOS, opened, too_wide

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.needs(*CHROMIUM),
]
HOSTILE = "<img src=x onerror=alert(1)><b>bold?</b>"


@pytest_asyncio.fixture(loop_scope="module")
async def here(browser):
    """Ann's chat in the browser, and the other ends: server, bot, process."""
    server = Server()
    process = BotProcess(("sleep", "60"), lambda: server.world.notify("bot", None))
    PageRoutes(server, process)
    async with server, client(server) as bot:
        running = asyncio.create_task(process.run())
        ann = server.world.person("Ann")
        async with opened(browser, server, ann) as phone:
            yield SimpleNamespace(
                browser=browser,
                server=server,
                world=server.world,
                bot=bot,
                ann=ann,
                id=ann.user.id,
                phone=phone,
                page=phone.page,
                process=process,
            )
        process.stop()
        await running


# What the bot writes


async def test_formatting_as_telegram_shows_it(here):
    text = (
        "<b>bold <i>and italic</i></b> <u>under</u> <s>gone</s> <code>x&lt;y</code> <tg-spoiler>secret</tg-spoiler> "
        '<a href="https://example.org/a?b=1">link</a> <a href="javascript:alert(1)">trap</a>\n'
        "<pre>line 1\nline 2</pre><blockquote>quoted</blockquote>"
        "<blockquote expandable>one\ntwo\nthree\nfour\nfive</blockquote> 🎨 /help @painter_bot"
    )
    await here.bot.send_message(here.id, text, parse_mode="HTML")
    body = here.phone.last.locator(".text")
    await expect(body.locator("strong em")).to_have_text("and italic")
    for tag, inner in {"u": "under", "s": "gone", "pre": "line 1\nline 2"}.items():
        await expect(body.locator(tag)).to_have_text(inner)
    await expect(body.locator("code").first).to_have_text("x<y")
    await expect(body.get_by_role("link")).to_have_attribute("href", "https://example.org/a?b=1")
    await expect(body).to_contain_text("trap")
    await body.get_by_role("button", name="Hidden text").press("Enter")
    await expect(body.locator(".spoiler.revealed")).to_have_text("secret")
    await body.get_by_role("button", name="Show more").click()
    await body.locator("blockquote", has_text="four").click()
    await expect(body.get_by_role("button", name="Show more")).to_be_visible()
    await body.get_by_role("button", name="@painter_bot").click()
    await expect(here.phone.input).to_have_value("@painter_bot ")
    await body.get_by_role("button", name="/help").click()
    await expect(here.phone.messages.last).to_contain_text("/help")


async def test_text_is_never_markup(here):
    here.ann.sends_text(HOSTILE)
    here.ann.sends_document(b"x", f"{HOSTILE}.txt")
    await here.bot.send_message(here.id, HOSTILE, reply_markup=keyboard([HOSTILE]))
    await expect(here.phone.last.locator(".text")).to_have_text(HOSTILE)
    await expect(here.phone.key(HOSTILE)).to_be_visible()
    await expect(here.page.locator("[onerror]")).to_have_count(0)
    await expect(here.phone.pane.locator("b", has_text="bold?")).to_have_count(0)


async def test_photos_albums_files_quotes_and_reactions(here):
    sent = here.ann.sends_photo(photo(width=600, height=400))
    await here.bot.send_photo(here.id, photo(width=300, height=400), caption="A reply", reply_to_message_id=sent.id)
    await expect(here.phone.last.locator(".quote")).to_contain_text("In reply to AnnPhoto")
    await here.phone.shows(0.75)
    await here.bot.set_message_reaction(here.id, sent.id, "👀")
    await expect(here.phone.messages.first.locator(".reaction")).to_have_text("👀")
    await here.bot.send_media_group(here.id, [InputMediaPhoto(photo(color=c)) for c in ("red", "green", "blue")])
    await expect(here.phone.last.locator(".mosaic .photo")).to_have_count(3)
    await here.bot.send_document(here.id, PHOTOS / "chelsea.jpg", caption="The file", filename="cat & mouse.jpg")
    await expect(here.phone.last.locator(".file-name")).to_have_attribute("download", "cat & mouse.jpg")
    await expect(here.phone.last.locator(".file-size")).to_have_text("42 KB")


async def test_what_is_no_picture_shows_none(here):
    here.ann.sends_document(b"no picture", "photo.png")
    await expect(here.phone.messages.last.locator(".thumb svg")).to_be_visible()
    await here.phone.messages.last.click(button="right")
    await here.page.get_by_role("menuitem", name="Reply").click()
    await expect(here.phone.pane.locator(".bar")).to_have_text("Reply to AnnFile")
    here.ann.sends_sticker(b"tgs", "application/x-tgsticker")
    await expect(here.phone.messages.last).to_contain_text("Sticker that moves")
    await expect(here.phone.pane.locator("img[src*=files]")).to_have_count(0)


async def test_a_gif_plays_by_itself_and_a_longer_one_takes_its_place(here):
    sent = await here.bot.send_animation(here.id, clip(frames=4), width=96, height=64)
    film = here.phone.last.locator("video")
    await expect(film).to_have_js_property("paused", False)
    await expect(film).to_have_js_property("muted", True)
    await expect(film).not_to_have_attribute("controls", "")
    before = await film.bounding_box()
    assert before["width"] / before["height"] == pytest.approx(1.5)
    await here.page.route("**/demo/files/*", lambda route: None)  # it never comes
    await sent.edit_media(InputMediaAnimation(clip(frames=8), width=96, height=64))
    await expect(film).to_have_js_property("readyState", 0)
    assert await film.bounding_box() == before


async def test_the_keyboard_stands_as_the_bot_sent_it(here):
    rows = [
        [InlineKeyboardButton("one", callback_data="1"), InlineKeyboardButton("two", callback_data="2")],
        [InlineKeyboardButton("site", url="https://example.org")],
        [InlineKeyboardButton("share", switch_inline_query_current_chat="wave")],
    ]
    await here.bot.send_message(here.id, "Choose", reply_markup=InlineKeyboardMarkup(rows))
    shown = here.phone.last.locator(".keys-row")
    await expect(shown).to_have_text(["onetwo", "site", "share"])
    await expect(shown.get_by_role("link")).to_have_attribute("href", "https://example.org")
    await shown.get_by_role("button", name="share").click()
    await expect(here.phone.input).to_have_value("@painter_bot wave")


async def test_a_press_waits_visibly_until_it_is_answered(here):
    await here.bot.send_message(here.id, "Choose", reply_markup=keyboard(["Go", "Stop"]))
    await here.phone.key("Go").click()
    await expect(here.phone.key("Go")).to_have_attribute("aria-busy", "true")
    (update,) = await here.bot.get_updates(timeout=5)
    await update.callback_query.answer("On my way")
    await expect(here.phone.pane.locator(".toast")).to_have_text("On my way")
    await expect(here.phone.key("Go")).to_have_attribute("aria-busy", "false")
    await here.phone.key("Stop").click()
    (update,) = await here.bot.get_updates(offset=update.update_id + 1, timeout=5)
    await update.callback_query.answer("Really?", show_alert=True)
    await expect(here.page.get_by_role("dialog")).to_contain_text("Really?")
    await here.page.get_by_role("button", name="OK").click()


async def test_what_the_bot_is_doing(here):
    await here.bot.send_chat_action(here.id, "upload_photo")
    await expect(here.phone.pane.locator(".status")).to_have_text("sending a photo…")
    await here.bot.send_chat_action(here.id, "upload_video_note")
    await expect(here.phone.pane.locator(".status")).to_have_text("sending a video…")
    await here.bot.send_photo(here.id, photo())
    await expect(here.phone.pane.locator(".status")).to_have_text("bot")


async def test_nothing_is_wider_than_a_narrow_phone(here):
    long = "The Great Wave off Kanagawa, after Katsushika Hokusai, 1831: a long line " + "that_never_breaks" * 9
    sent = here.ann.sends_photo(photo(width=200, height=600), long)
    await here.bot.send_photo(here.id, photo(width=900, height=100), caption=long, reply_to_message_id=sent.id)
    await here.bot.send_message(here.id, "Ready", reply_to_message_id=sent.id)
    await here.bot.send_message(
        here.id, f"<pre>{long}</pre>", parse_mode="HTML", reply_markup=keyboard([long[:60]] * 3)
    )
    await here.bot.send_document(here.id, b"x", filename=f"{long[80:]}.txt")
    async with opened(here.browser, here.server, here.ann, **PHONE) as phone:
        await expect(phone.last.locator(".file")).to_be_visible()
        await phone.messages.first.locator(".body").tap()
        await phone.page.get_by_role("menuitem", name="Reply").tap()
        await expect(phone.pane.locator(".bar")).to_be_visible()
        assert await too_wide(phone.page) == []
        await expect(phone.messages.first.locator(".about")).to_have_css("opacity", "0")  # it could not be tapped


async def test_what_is_new_is_read_out_but_not_each_step(here):
    said = here.page.locator("#live")
    sent = await here.bot.send_photo(here.id, photo(), caption="Painting: 10%", reply_markup=keyboard(["Cancel"]))
    await expect(said).to_have_text("Painter: Painting: 10%. Buttons: Cancel")
    await sent.edit_caption("Painting: 20%", reply_markup=keyboard(["Cancel"]))
    await here.phone.sees("Painting: 20%")
    await expect(said).to_have_text("Painter: Painting: 10%. Buttons: Cancel")
    await sent.edit_caption("Done", reply_markup=keyboard(["Stronger"]))
    await expect(said).to_have_text("Painter: Done. Buttons: Stronger")


# Edits in place


async def test_a_preview_moves_nothing(here):
    for number in range(12):
        here.ann.sends_text(f"Line {number}")
    sent = await here.bot.send_photo(
        here.id, photo(width=600, height=400), caption="Painting", reply_markup=keyboard(["Cancel"])
    )
    await here.phone.shows(1.5)
    first = await here.phone.last.locator("img").get_attribute("src")
    await here.page.evaluate("""() => {
        window.shifts = [];
        new PerformanceObserver(list => window.shifts.push(...list.getEntries())).observe({ type: "layout-shift" });
    }""")
    await sent.edit_media(
        InputMediaPhoto(photo("red", 600, 400), caption="Painting"), reply_markup=keyboard(["Cancel"])
    )
    await expect(here.phone.last.locator("img").last).not_to_have_attribute("src", first)
    await expect(here.phone.last.locator("img")).to_have_count(1)
    assert await here.page.evaluate("new Promise(done => requestAnimationFrame(() => done(window.shifts.length)))") == 0


async def test_the_place_of_a_picture_is_kept_before_it_has_loaded(here):
    arrived = asyncio.Event()

    async def late(route):
        await arrived.wait()
        await route.continue_()

    await here.page.route("**/demo/files/*", late)
    await here.bot.send_photo(here.id, photo(width=600, height=300))
    shown = here.phone.last.locator(".photo")
    before = await shown.bounding_box()
    assert before["width"] / before["height"] == pytest.approx(2, abs=0.02)
    arrived.set()
    await shown.locator("img").evaluate("image => image.decode()")
    assert await shown.bounding_box() == before


async def test_reading_older_messages_is_not_disturbed(here):
    sent = [await here.bot.send_message(here.id, f"Message {n}\n\nwith lines") for n in range(30)]
    middle = here.phone.pane.get_by_text("Message 15")
    await middle.scroll_into_view_if_needed()
    box = await middle.bounding_box()
    await here.page.mouse.move(700, 400)
    await here.page.mouse.wheel(0, -40)
    while (await middle.bounding_box())["y"] != pytest.approx(box["y"] + 40, abs=1):  # scrolling is not done at once
        await here.page.wait_for_timeout(10)
    await expect(here.phone.button("To the newest message")).to_be_visible()
    before = await middle.bounding_box()
    await here.bot.edit_message_text("Much\n\n\n\n\n\nlonger", here.id, sent[0].message_id)
    await here.bot.send_message(here.id, "The newest")
    await expect(here.phone.last).to_contain_text("The newest")
    assert (await middle.bounding_box())["y"] == pytest.approx(before["y"], abs=1)
    await here.phone.button("To the newest message").click()
    await expect(here.phone.last).to_be_in_viewport()
    await here.bot.send_message(here.id, "Newer\n\n\nstill")
    await expect(here.phone.last.locator(".meta")).to_be_in_viewport(ratio=1)


async def test_a_chat_that_is_opened_again_is_where_it_was(here):
    for number in range(30):
        await here.bot.send_message(here.id, f"Message {number}\n\nwith lines")
    await expect(here.phone.last.locator(".meta")).to_be_in_viewport(ratio=1)
    await here.page.mouse.move(700, 400)
    await here.page.mouse.wheel(0, -1000)
    await expect(here.phone.button("To the newest message")).to_be_visible()
    middle = here.phone.pane.get_by_text("Message 15")
    await middle.scroll_into_view_if_needed()
    before = await middle.bounding_box()
    await here.page.get_by_role("button", name="New person").click()
    await expect(here.page.locator(".pane .you")).not_to_contain_text("Ann")
    await here.page.locator(f"[data-seat='{here.id}:{here.id}']").click()
    await expect(middle).to_be_in_viewport()
    assert (await middle.bounding_box())["y"] == pytest.approx(before["y"], abs=1)


async def test_a_saved_picture_is_named_after_its_caption(here):
    caption = "The Great Wave: soft?\nafter Katsushika Hokusai, 1831"
    for count, (name, text) in enumerate({"The Great Wave soft.jpg": caption, "picture.jpg": ""}.items(), 1):
        await here.bot.send_photo(here.id, photo(), caption=text)
        await expect(here.phone.pane.locator(".row.in")).to_have_count(count)
        await here.phone.last.get_by_role("button", name="Enlarge").click()
        async with here.page.expect_download() as saved:
            await here.page.get_by_role("link", name="Save the picture").click()
        assert (await saved.value).suggested_filename == name
        await here.page.keyboard.press("Escape")


# What a person does


async def test_files_by_drop_paste_and_picker_as_an_album_or_as_files(here):
    phone = here.phone
    await phone.drops("chelsea.jpg")
    await phone.pastes("coffee.jpg")
    await phone.says("Both")
    await expect(phone.messages.last.locator(".mosaic .photo")).to_have_count(2)
    await expect(phone.messages.last.locator(".text")).to_have_text("Both")
    await expect(phone.pane.locator(".tray")).to_be_hidden()
    await phone.drops("chelsea.jpg", zone="file")
    await expect(phone.pane.get_by_role("checkbox", name="As a file")).to_be_checked()
    await phone.button("Send").click()
    await expect(phone.messages.last.locator(".file-name")).to_have_text("chelsea.jpg")
    await phone.button("Attach a photo or file").click()
    async with here.page.expect_file_chooser() as picker:
        await here.page.get_by_role("menuitem", name="Photos and videos").click()
    await (await picker.value).set_files([PHOTOS / "chelsea.jpg", PHOTOS / "coffee.jpg"])
    await phone.button("Leave out coffee.jpg").click()
    await phone.button("Send").click()
    await expect(phone.messages.last.locator(".single .photo")).to_have_count(1)
    kinds = [message.now.media.kind for message in here.ann.chat.messages.values()]
    assert kinds == ["photo", "photo", "document", "photo"]


async def test_a_picture_is_pasted_wherever_the_focus_is(here):
    await expect(here.page.locator("body")).to_be_focused()
    await here.phone.pastes("coffee.jpg")
    await expect(here.phone.pane.locator(".picked img")).to_have_count(1)
    await expect(here.phone.input).to_be_focused()


async def drags(page, x: int, *paths, items=()) -> None:
    """A hand drags files of this machine, or something from another page, to this place of the window."""
    browser = await page.context.new_cdp_session(page)
    data = {"items": list(items), "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        await browser.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": 400, "data": data})


async def test_a_drop_never_leads_away_from_the_page(here):
    link = {"mimeType": "text/uri-list", "data": f"{here.server.url}/page/samples/coffee.jpg"}
    await drags(here.page, 100, PHOTOS / "coffee.jpg")  # on the list of people
    await drags(here.page, 800, items=[link])
    await drags(here.page, 800, PHOTOS / "coffee.jpg")
    await expect(here.phone.pane.locator(".picked img")).to_have_count(1)
    assert here.page.context.pages == [here.page]


async def test_a_folder_is_refused_with_a_reason(here, tmp_path):
    await drags(here.page, 800, tmp_path, PHOTOS / "coffee.jpg")
    await expect(here.phone.pane.locator(".toast")).to_have_text("A folder cannot be sent, only the files in it.")
    await expect(here.phone.pane.locator(".picked li")).to_have_count(1)


async def test_a_sample_is_sent_once_whoever_clicks_twice(here):
    await here.phone.button("A cat").dblclick()
    await expect(here.phone.messages).to_have_count(1)
    await here.phone.says("and then")
    await expect(here.phone.messages).to_have_count(2)


async def test_a_phone_offers_its_camera(here):
    async with opened(here.browser, here.server, here.ann, **PHONE) as phone:
        await phone.button("Attach a photo or file").tap()
        async with phone.page.expect_file_chooser() as picker:
            await phone.page.get_by_role("menuitem", name="Camera").tap()
        assert await (await picker.value).element.get_attribute("capture") == "environment"


async def test_reply_edit_and_delete(here):
    phone = here.phone
    sent = await here.bot.send_message(here.id, "Which style?")
    await phone.last.click(button="right")
    await here.page.get_by_role("menuitem", name="Reply").click()
    await phone.says("Thsi one")
    await expect(phone.messages.last.locator(".quote")).to_contain_text("Which style?")
    assert here.ann.chat.messages[2].reply_to.id == sent.message_id
    await phone.messages.last.hover()
    await phone.messages.last.get_by_role("button", name="More about this message").click()
    await here.page.get_by_role("menuitem", name="Edit").click()
    await phone.says("This one")
    await expect(phone.messages.last).to_contain_text("This one")
    await expect(phone.messages.last.locator(".meta")).to_contain_text("edited")
    await phone.messages.last.click(button="right")
    await here.page.get_by_role("menuitem", name="Delete").click()
    await expect(phone.messages).to_have_count(1)
    here.ann.deletes(here.ann.chat.messages[sent.message_id])
    await expect(phone.pane.get_by_role("listitem")).to_have_count(0)  # the day is gone, too
    await phone.drops("chelsea.jpg")
    tray, start = await phone.pane.locator(".tray").bounding_box(), await phone.button("Start").bounding_box()
    assert start["y"] + start["height"] < tray["y"]


async def test_the_focus_stays_near_what_has_gone(here):
    phone, keys = here.phone, here.page.keyboard
    await phone.drops("chelsea.jpg")
    await phone.button("Leave out chelsea.jpg").press("Enter")
    await expect(phone.input).to_be_focused()
    await here.bot.send_message(here.id, "Which style?")
    await phone.button("More about this message").press("Enter")
    await keys.press("Enter")
    await phone.button("Do not reply").press("Enter")
    await expect(phone.input).to_be_focused()
    await phone.button("More about this message").press("Enter")
    await keys.press("End")
    await keys.press("Enter")
    await expect(phone.messages).to_have_count(0)
    await expect(phone.pane.locator(".scroller")).to_be_focused()


async def test_the_enter_that_ends_a_composition_sends_nothing(here):
    """In Safari it comes after the composition, with a code of its own."""
    await here.phone.input.fill("日本")
    enter = "input => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }))"
    await here.phone.input.evaluate(enter)
    await here.phone.input.press_sequentially("語")
    await here.phone.input.press("Enter")
    await expect(here.phone.messages).to_have_text(re.compile("日本語"))


async def test_what_is_put_aside_stays_aside(here):
    phone = here.phone
    await here.bot.set_my_commands([("help", "Help")])
    await phone.input.fill("/")
    await expect(phone.pane.get_by_role("option")).to_have_count(1)
    await phone.input.press("Escape")
    await here.bot.set_my_commands([("help", "How it works")])
    here.ann.sends_text("hello")
    await phone.messages.last.click(button="right")
    await expect(phone.pane.get_by_role("option")).to_have_count(0)


async def test_a_list_that_is_open_stays_while_the_bot_writes(here):
    language = here.page.get_by_role("combobox", name="Language of Ann")
    opened_list = await language.element_handle()
    await here.bot.send_message(here.id, "news")
    await expect(here.page.get_by_role("navigation")).to_contain_text("news")
    assert await opened_list.evaluate("element => element.isConnected")


async def test_what_the_demo_refuses_is_told_wherever_it_was_asked(here):
    toast = here.phone.pane.locator(".toast")
    await here.page.route("**/demo/*", lambda route: route.abort())
    await here.page.route("**/samples/*", lambda route: route.abort())
    language = here.page.get_by_role("combobox", name="Language of Ann")
    await language.select_option("Deutsch")
    await expect(toast).to_contain_text("cannot be reached")
    await expect(language).to_have_value("en")
    await toast.evaluate("toast => toast.remove()")
    await here.page.get_by_role("button", name="New person").click()
    await expect(toast).to_contain_text("cannot be reached")
    await toast.evaluate("toast => toast.remove()")
    await here.phone.button("A cat").click()
    await expect(toast).to_contain_text("cannot be reached")


async def test_a_button_copies_where_the_browser_lets_it(here):
    copy = [[InlineKeyboardButton("Copy", copy_text=CopyTextButton("wave"))]]
    await here.bot.send_message(here.id, "The name", reply_markup=InlineKeyboardMarkup(copy))
    await here.page.evaluate("delete Navigator.prototype.clipboard")  # as on a page by HTTP from elsewhere
    await here.phone.key("Copy").click()
    await expect(here.phone.pane.locator(".toast")).to_have_text("Copying failed")


async def test_what_cannot_be_sent_stays_and_says_why(here):
    await here.phone.input.fill("important")
    await here.page.route("**/demo/send", lambda route: route.abort())
    await here.phone.button("Send").click()
    await expect(here.phone.pane.locator(".toast")).to_contain_text("cannot be reached")
    await expect(here.phone.input).to_have_value("important")


async def test_what_is_added_while_something_is_sent_stays(here):
    phone, arrived = here.phone, asyncio.Event()

    async def late(route):
        await arrived.wait()
        await route.continue_()

    await here.page.route("**/demo/send", late)
    await phone.drops("chelsea.jpg")
    await phone.says("The cat")
    await phone.input.press_sequentially(" and more")
    await phone.drops("coffee.jpg")
    arrived.set()
    await expect(phone.messages.last.locator(".text")).to_have_text("The cat")
    await expect(phone.messages.last.locator(".photo")).to_have_count(1)
    await expect(phone.input).to_have_value(" and more")
    await expect(phone.pane.locator(".picked img")).to_have_attribute("alt", "coffee.jpg")


async def test_a_notice_of_a_long_name_fits(here):
    await here.phone.input.evaluate(
        """input => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([new Uint8Array(51 * 2 ** 20)], "long".repeat(60)));
            input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }"""
    )
    said = here.phone.pane.locator(".toast")
    await expect(said).to_contain_text("longlong")
    assert await said.evaluate("element => element.scrollWidth <= element.clientWidth")


async def test_what_is_too_large_is_not_even_sent(here):
    await here.phone.pane.evaluate("""pane => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(51 * 2 ** 20)], "big.png", { type: "image/png" }));
        pane.dispatchEvent(new DragEvent("drop", { dataTransfer }));
    }""")
    await expect(here.phone.pane.locator(".toast")).to_have_text("big.png has 53.5 MB: at most 50 MB can be sent.")
    await expect(here.phone.pane.locator(".tray")).to_be_hidden()


async def test_blocking_the_bot(here):
    await here.phone.button("More about this chat").click()
    await here.page.get_by_role("menuitem", name="Block the bot").click()
    await here.phone.button("Unblock the bot").click()
    await expect(here.phone.input).to_be_visible()
    assert not here.ann.chat.blocked


async def asks_inline(here, text):
    """The query that the page asks of the bot."""
    await here.phone.input.fill(f"@painter_bot {text}")
    offset = 0
    while True:
        for update in await here.bot.get_updates(offset, timeout=5):
            offset = update.update_id + 1
            if update.inline_query and update.inline_query.query == text:
                return update.inline_query


async def test_inline_results(here):
    sent = await here.bot.send_photo(here.id, photo())
    file_id = sent.photo[-1].file_id
    query = await asks_inline(here, "wave")
    await query.answer([InlineQueryResultCachedPhoto("1", file_id, title="The Wave", caption="My wave")])
    await here.phone.pane.get_by_role("option", name="The Wave").click()
    await expect(here.phone.messages.last.locator(".text")).to_have_text("My wave")
    await expect(here.phone.messages.last.locator(".meta")).to_contain_text("via @painter_bot")
    query = await asks_inline(here, "sunset")
    await query.answer([], button=InlineQueryResultsButton("Send me a photo first", start_parameter="share"))
    await here.phone.pane.get_by_role("option", name="Send me a photo first").click()
    await expect(here.phone.messages.last.locator(".text")).to_have_text("/start share")


# People


async def test_a_group_with_everybody_in_it(here):
    boris = here.world.person("Boris", "ru")
    group = here.world.group("Friends of art", [here.ann, boris])
    boris.sends_text("Hello from Boris", to=group)
    await here.page.get_by_role("button", name="Friends of art").first.click()
    await expect(here.phone.pane.get_by_role("heading")).to_have_text("Friends of art")
    await expect(here.phone.pane.locator(".row.in .name")).to_have_text("Boris")
    await here.phone.says("Hello from Ann")
    await expect(here.phone.pane.locator(".row.out")).to_contain_text("Hello from Ann")
    unread = here.page.get_by_role("region", name="Boris").get_by_role("button", name="Friends of art")
    await unread.click()
    await expect(here.phone.pane.locator(".row.out")).to_contain_text("Hello from Boris")


async def test_the_list_on_a_phone_goes_when_one_taps_beside_it(here):
    group = here.world.group("Friends of art", [here.ann])
    async with opened(here.browser, here.server, here.ann, **PHONE) as phone:
        people = phone.page.get_by_role("navigation")
        await phone.button("People and chats").tap()
        await expect(people).to_be_visible()
        await phone.page.touchscreen.tap(350, 30)
        await expect(people).to_be_hidden()
        await expect(phone.page.get_by_role("menu")).to_have_count(0)  # what was under the finger stays as it is
        await phone.page.evaluate(f"location.hash = '{here.id}:{group.id}'")
        await expect(phone.pane.get_by_role("heading")).to_have_text("Friends of art")


async def test_a_new_person_and_two_chats_side_by_side(here, monkeypatch):
    tell, loop = here.world.notify, asyncio.get_running_loop()
    monkeypatch.setattr(here.world, "notify", lambda *news: loop.call_later(0.2, tell, *news))  # after the answer
    await here.page.get_by_role("button", name="New person").click()
    await expect(here.page.locator(".pane .you")).not_to_contain_text("Ann")
    await here.page.get_by_role("button", name="Side by side").click()
    await expect(here.page.locator(".pane")).to_have_count(2)
    await here.page.reload()
    await expect(here.page.locator(".pane")).to_have_count(2)  # the address remembers
    assert len(here.world.people) == 2


# When something breaks


async def test_it_connects_again_by_itself(here):
    here.ann.sends_text("before")
    row = here.phone.messages.first
    await expect(row).to_contain_text("before")
    kept = await row.element_handle()
    await here.server.go_offline()
    await expect(here.phone.pane.locator(".trouble")).to_have_text("Connecting…")
    here.ann.sends_text("meanwhile")
    await here.server.come_back()
    await expect(here.phone.messages.last).to_contain_text("meanwhile")
    await expect(here.phone.pane.locator(".trouble")).to_be_empty()
    assert await kept.evaluate("element => element.isConnected")  # nothing is built anew


async def turns(tab, hidden: bool) -> None:
    """Another tab is shown in its place, or it is shown again."""
    await tab.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


async def test_tabs_in_the_background_leave_the_connections_to_others(here):
    for _ in range(6):  # as many as a browser opens to one server
        tab = await here.page.context.new_page()
        await tab.clock.install()
        await tab.goto(f"{here.server.url}/")
        await expect(tab.locator(".pane")).to_be_visible()
        await turns(tab, hidden=True)
        await tab.clock.run_for(30_000)
    here.ann.sends_text("meanwhile")
    await expect(here.phone.messages.last).to_contain_text("meanwhile")
    await expect(tab.locator(".row")).to_have_count(0)
    await turns(tab, hidden=False)
    await expect(tab.locator(".row")).to_contain_text("meanwhile")


async def test_an_enlarged_picture_catches_up(here):
    sent = here.ann.sends_photo(photo(width=600, height=400), "Not yet")
    await here.phone.messages.last.get_by_role("button", name="Enlarge").click()
    enlarged = here.page.get_by_role("dialog")
    await expect(enlarged.locator(".title")).to_have_text("Not yet")
    await here.server.go_offline()
    await expect(here.phone.pane.locator(".trouble")).to_have_text("Connecting…")
    here.ann.edits(sent, "Done")
    await here.server.come_back()
    await expect(enlarged.locator(".title")).to_have_text("Done")
    await here.server.go_offline()
    await expect(here.phone.pane.locator(".trouble")).to_have_text("Connecting…")
    here.ann.deletes(sent)
    await here.server.come_back()
    await expect(enlarged).to_have_count(0)


async def test_nothing_is_left_of_a_demo_that_was_started_again(here):
    old = here.ann.sends_text("A message")
    await expect(here.phone.pane.locator(".row.out")).to_have_count(1)
    await here.server.go_offline()
    await expect(here.phone.pane.locator(".trouble")).to_have_text("Connecting…")
    here.ann.chat.messages[old.id] = replace(old, sender=here.world.bot, date=old.date + 60)  # the same number
    await here.server.come_back()
    await expect(here.phone.pane.locator(".row.in")).to_have_count(1)
    await expect(here.phone.pane.locator(".row.out")).to_have_count(0)


async def test_a_page_that_waits_for_its_first_state_says_so(here):
    arrived = asyncio.Event()

    async def late(route):
        await arrived.wait()
        await route.continue_()

    tab = await here.page.context.new_page()
    await tab.route("**/demo/events", late)
    await tab.goto(here.page.url)
    await expect(tab.get_by_text("Connecting…")).to_be_visible()
    arrived.set()
    await expect(tab.locator(".pane")).to_be_visible()
    await expect(tab.get_by_text("Connecting…")).to_have_count(0)


async def test_a_fault_that_is_switched_off_at_once_is_off(here):
    """Also where the news that it is on has not come yet."""
    await here.page.get_by_role("button", name="Operator").click()
    switch = here.page.get_by_role("complementary", name="Operator").get_by_role("switch", name="429")
    async with here.page.expect_response("**/fault_off"):
        await switch.evaluate("element => { element.click(); element.click(); }")
    assert here.server.faults.on == []
    await expect(switch).not_to_be_checked()


async def test_the_operator_kills_the_bot_and_breaks_the_network(here):
    await here.page.get_by_role("button", name="Operator").click()
    drawer = here.page.get_by_role("complementary", name="Operator")
    first = here.process.pid
    await expect(drawer.locator(".facts")).to_contain_text(f"pid {first}")
    await drawer.get_by_role("button", name="Kill the bot").click()
    await expect(drawer.locator(".facts")).to_contain_text("2 times")
    await expect(drawer.get_by_role("button", name="Kill the bot")).to_be_focused()
    assert here.process.pid != first
    await drawer.get_by_role("switch", name="Offline").click()
    await expect(here.phone.pane.locator(".trouble")).to_contain_text("offline")
    await drawer.get_by_role("switch", name="Offline").click()
    async with here.page.expect_response("**/fault_on"):
        await drawer.get_by_role("switch", name="429").click()
    await expect(here.phone.pane.locator(".trouble")).to_be_empty()
    assert [fault.kind for fault in here.server.faults.on] == ["too_many"]
    async with here.page.expect_response("**/fault_off"):
        await drawer.get_by_role("switch", name="429").click()
    await expect(drawer.get_by_role("switch", name="429")).not_to_be_checked()
    assert (here.server.faults.on, here.server.offline) == ([], False)
    here.ann.sends_text("is anybody there?")
    await here.phone.says("hello?")
    await expect(drawer.locator(".facts")).to_contain_text(re.compile("waiting for it2"))


async def test_the_switches_can_be_seen_in_colours_of_the_system_s_own(here):
    async with opened(here.browser, here.server, here.ann, forced_colors="active") as phone:
        await phone.page.get_by_role("button", name="Operator").click()
        await expect(phone.page.get_by_role("switch", name="Offline")).to_have_css("appearance", "auto")


async def test_the_operator_sees_the_jobs(here, tmp_path):
    here.process.data = tmp_path
    await here.page.get_by_role("button", name="Operator").click()
    jobs = here.page.locator(".jobs li")
    await expect(jobs).to_have_text(["None yet"])
    async with open_database(tmp_path) as database:
        storage = Storage(database)
        for number in (1, 2):
            photo = await storage.photos.add(Photo(here.id, number, here.id, f"file{number}"))
            await storage.jobs.enqueue(
                photo, Blend.parse("poppies"), {}, 10 + number, IdempotencyKey.of_text(here.id, number)
            )
        await storage.jobs.claim()
        await here.bot.send_message(here.id, "something happens")
        await expect(jobs).to_have_text([re.compile("#2.*poppies.*in line, 1"), re.compile("#1.*poppies.*running")])


async def test_a_dead_bot_is_told(here):
    here.process.command = ("false",)
    here.process.kill()
    await expect(here.phone.pane.locator(".trouble")).to_contain_text("The bot is down")


async def test_the_last_calls_with_their_json(here):
    await here.page.get_by_role("button", name="Operator").click()
    await here.bot.send_message(here.id, "hello there")
    call = here.page.locator(".call").first
    await expect(call).to_contain_text("200sendMessage")
    await call.locator("summary").click()
    await expect(call.get_by_label("asked")).to_contain_text('"text": "hello there"')
    await expect(call.get_by_label("answered")).to_contain_text('"ok": true')
