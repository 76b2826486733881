"""How the page shows what the bot writes: every kind of message, and edits in place. The test plays the bot."""

import asyncio

import pytest
from playwright.async_api import expect
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAnimation,
    InputMediaPhoto,
)

from tests.support.clips import clip
from tests.support.demo import keyboard
from tests.support.fakes import photo
from tests.support.page import CHROMIUM, PHONE, PHOTOS, opened, too_wide

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.needs(*CHROMIUM),
]
HOSTILE = "<img src=x onerror=alert(1)><b>bold?</b>"


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
    video = here.phone.last.locator("video")
    await expect(video).to_have_js_property("paused", False)
    await expect(video).to_have_js_property("muted", True)
    await expect(video).not_to_have_attribute("controls", "")
    before = await video.bounding_box()
    assert before["width"] / before["height"] == pytest.approx(1.5)
    await here.page.route("**/demo/files/*", lambda route: None)  # it never comes
    await sent.edit_media(InputMediaAnimation(clip(frames=8), width=96, height=64))
    await expect(video).to_have_js_property("readyState", 0)
    assert await video.bounding_box() == before


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
    (update,) = await here.bot.get_updates(timeout=50)
    await update.callback_query.answer("On my way")
    await expect(here.phone.pane.locator(".toast")).to_have_text("On my way")
    await expect(here.phone.key("Go")).to_have_attribute("aria-busy", "false")
    await here.phone.key("Stop").click()
    (update,) = await here.bot.get_updates(offset=update.update_id + 1, timeout=50)
    await update.callback_query.answer("Really?", show_alert=True)
    await expect(here.page.get_by_role("dialog")).to_contain_text("Really?")
    await here.page.get_by_role("button", name="OK").click()


async def test_a_line_runs_in_a_pressed_button_only_when_the_answer_takes_long(here):
    await here.bot.send_message(here.id, "Choose", reply_markup=keyboard(["Go"]))
    places = await here.phone.key("Go").evaluate("""key => {
        key.click();
        const [line] = key.getAnimations({ subtree: true }).filter((each) => each.animationName === "run");
        return [0, 250, 750].map((time) => {
            line.currentTime = time;
            return getComputedStyle(key, "::after").translate;
        });
    }""")
    assert places == ["-100%", "-100%", "0%"]


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


async def test_the_header_stays_while_updates_come_and_go(here):
    """Two of the stream's events a press tell how many updates wait: nothing in the header has changed."""
    await here.page.evaluate("""() => {
        window.changes = [];
        const header = document.querySelector(".pane .head");
        new MutationObserver(list => window.changes.push(...list)).observe(header, { childList: true, subtree: true });
    }""")
    here.ann.sends_text("hello")
    (update,) = await here.bot.get_updates(timeout=5)
    await here.bot.get_updates(offset=update.update_id + 1)
    await here.bot.send_message(here.id, "seen")
    await here.phone.sees("seen")
    assert await here.page.evaluate("window.changes.length") == 0


async def test_a_preview_moves_nothing(here):
    for number in range(12):
        here.ann.sends_text(f"Line {number}")
    sent = await here.bot.send_photo(
        here.id, photo(width=600, height=400), caption="Painting", reply_markup=keyboard(["Cancel"])
    )
    await here.phone.shows(1.5)
    first = await here.phone.last.locator("img").get_attribute("src")
    # What moved while the first picture came is told with the frame after it.
    await here.page.evaluate("""async () => {
        for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
        const begin = performance.now();
        window.shifts = [];
        new PerformanceObserver(list => window.shifts.push(...list.getEntries().filter(one => one.startTime > begin)))
            .observe({ type: "layout-shift" });
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
    await here.page.mouse.move(700, 400)
    await here.page.evaluate(
        "() => { scrolled = new Promise(done => addEventListener('scrollend', done, { capture: true, once: true })) }"
    )
    await here.page.mouse.wheel(0, -40)
    await here.page.evaluate("scrolled.then(() => null)")
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
