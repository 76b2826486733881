"""The page when something breaks, and its operator's switches. The test plays the bot."""

import asyncio
import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from bot.storage.database import open_database
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Photo
from bot.storage.storage import Storage
from bot.storage.styles import Blend
from tests.support.fakes import photo
from tests.support.page import CHROMIUM, opened

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.needs(*CHROMIUM),
]


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
