"""What a person does on the page: sends, presses, edits, blocks; groups and other persons. The test plays the bot."""

import asyncio
import re

import pytest
from playwright.async_api import expect
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
)

from tests.support.fakes import photo
from tests.support.page import CHROMIUM, PHONE, PHOTOS, opened

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.needs(*CHROMIUM),
]


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
