"""What the chat page gets: people's actions over HTTP, the stream of changes, and nothing for strangers."""

import asyncio
import json

import httpx
import pytest

from bot.demo.api import server as api_server
from bot.demo.api.server import Server
from bot.demo.web import forms
from bot.demo.web.operator import SWITCHES
from bot.demo.web.routes import PageRoutes
from bot.storage.database import open_database
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Photo
from bot.storage.storage import Storage
from bot.storage.styles import Blend
from tests.support.clips import clip, gif
from tests.support.demo import client, keyboard
from tests.support.fakes import photo
from tests.support.hang import HANG_SECONDS
from tests.support.project import ROOT


@pytest.fixture
async def server():
    server = Server()
    PageRoutes(server)
    async with server:
        yield server


@pytest.fixture
def ann(server):
    return server.world.person("Ann")


@pytest.fixture
async def bot(server):
    async with client(server) as bot:
        yield bot


@pytest.fixture
async def web(server):
    async with httpx.AsyncClient(base_url=server.url) as web:
        yield web


def test_what_lies_under_the_pointer_looks_so_only_where_there_is_a_pointer():
    """A phone would keep the look after a tap."""
    sheets = (ROOT / "bot" / "demo" / "page" / "css").glob("*.css")
    rules = [line.strip() for sheet in sheets for line in sheet.read_text().splitlines() if ":hover" in line]
    assert len(rules) > 5
    assert [rule for rule in rules if not rule.startswith("@media (hover: hover)")] == []


class Stream:
    """The server-sent events of a page."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self, kind: str, fits=lambda data: True):
        """The next event of this kind that fits."""
        async with asyncio.timeout(HANG_SECONDS):
            async for line in self._lines:
                if line == f"event: {kind}":
                    data = json.loads((await anext(self._lines)).removeprefix("data: "))
                    if fits(data):
                        return data
        raise AssertionError(f"the stream ended without {kind}")


@pytest.fixture
async def stream(web, ann):
    async with web.stream("GET", "/demo/events") as response:
        assert response.headers["content-type"] == "text/event-stream"
        yield Stream(response)


async def act(web, action, **fields):
    response = await web.post(f"/demo/{action}", json=fields)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_page_starts_with_everything_and_sees_each_change(web, stream, ann, bot):
    state = await stream.next("state")
    assert [person["name"] for person in state["people"]] == ["Ann"]
    await act(web, "send", person=ann.user.id, text="hello <b>")
    assert (await stream.next("message"))["body"] == "hello <b>"
    sent = await bot.send_message(ann.user.id, "<i>Hi</i>", parse_mode="HTML", reply_markup=keyboard(["Go"]))
    shown = await stream.next("message")
    assert (shown["entities"], shown["keyboard"]) == (
        [{"type": "italic", "offset": 0, "length": 2}],
        [[{"text": "Go", "callback_data": "do:Go"}]],
    )
    await sent.edit_text("Hello")
    assert (await stream.next("message"))["body"] == "Hello"
    call = await stream.next("call", lambda call: call["method"] == "editMessageText")
    assert call["params"]["text"] == "Hello"
    await bot.send_chat_action(ann.user.id, "upload_photo")
    assert (await stream.next("action"))["action"] == "upload_photo"


async def test_a_press_from_the_page(web, stream, ann, bot):
    sent = await bot.send_message(ann.user.id, "choose", reply_markup=keyboard(["Go"]))
    await act(web, "press", person=ann.user.id, message=sent.message_id, data="do:Go")
    (update,) = await bot.get_updates(timeout=5)
    await update.callback_query.answer("going", show_alert=True)
    answer = await stream.next("answer")
    assert (answer["text"], answer["alert"], answer["person"]) == ("going", True, ann.user.id)
    gone = await web.post("/demo/press", json={"person": ann.user.id, "message": sent.message_id, "data": "do:Stop"})
    assert (gone.status_code, gone.json()) == (400, {"error": "That button is gone."})


async def test_photos_and_files_from_the_page(web, ann, server):
    def parts(*names):
        return [("file", (name, photo(color="red"), "image/jpeg")) for name in names]

    form = {"person": str(ann.user.id), "text": "both"}
    assert len((await web.post("/demo/send", data=form, files=parts("a.jpg", "b.jpg"))).json()["sent"]) == 2
    first, second = ann.chat.messages.values()
    assert (first.caption, second.caption, first.now.media.kind) == ("both", "", "photo")
    assert first.media_group_id == second.media_group_id != ""
    await web.post("/demo/send", data={**form, "as_file": "true"}, files=parts("c.jpg"))
    await web.post("/demo/send", data=form, files=[("file", ("photo.jpg", b"a text", "image/jpeg"))])
    third, fourth = list(ann.chat.messages.values())[2:]
    assert (third.now.media.file.name, third.document) == ("c.jpg", photo(color="red"))
    assert (fourth.document, fourth.now.media.file.mime) == (b"a text", "image/jpeg")
    assert len(server.world.updates.pending) == 4


async def test_eleven_photos_are_two_albums(web, ann):
    files = [("file", (f"{n}.jpg", photo(), "image/jpeg")) for n in range(11)]
    await web.post("/demo/send", data={"person": str(ann.user.id)}, files=files)
    albums = [message.media_group_id for message in ann.chat.messages.values()]
    assert [albums.count(album) for album in dict.fromkeys(albums)] == [10, 1]


async def test_a_photo_and_a_video_are_one_album_and_a_gif_is_none(web, ann):
    picked = (("a.jpg", photo(), "image/jpeg"), ("b.mp4", clip(), "video/mp4"), ("c.gif", gif(), "image/gif"))
    form = {"person": str(ann.user.id), "text": "wave"}
    await web.post("/demo/send", data=form, files=[("file", each) for each in picked])
    first, second, third = ann.chat.messages.values()
    assert [each.now.media.kind for each in (first, second, third)] == ["photo", "video", "animation"]
    assert first.media_group_id == second.media_group_id != ""
    assert (first.caption, third.media_group_id) == ("wave", "")


async def test_photos_sent_together_may_be_larger_than_one_file(web, ann):
    heavy = photo() + bytes(35 * 2**20)
    files = [("file", (f"{n}.jpg", heavy, "image/jpeg")) for n in range(2)]
    assert (await web.post("/demo/send", data={"person": str(ann.user.id)}, files=files)).status_code == 200
    assert len(ann.chat.messages) == 2


async def test_what_cannot_be_sent(web, ann, monkeypatch):
    async def refusal(**fields):
        response = await web.post("/demo/send", **fields)
        assert response.status_code == 400
        return response.json()["error"]

    form = {"person": str(ann.user.id)}
    assert await refusal(json={"person": ann.user.id, "text": "  "}) == "There is nothing to send."
    assert await refusal(json={"person": 1, "text": "x"}) == "There is no such person."
    assert await refusal(json={"person": ann.user.id, "text": "x", "chat": 77}) == "There is no such chat."
    assert await refusal(json={"person": ann.user.id, "text": "x", "reply_to": 5}) == "That message is gone."
    assert await refusal(content=b"{", headers={"content-type": "application/json"}) != ""
    big = [("file", ("big.bin", bytes(51 * 2**20), "application/octet-stream"))]
    assert await refusal(data=form, files=big) == "big.bin has more than 50 MB."
    monkeypatch.setattr(forms, "MAX_FORM", 50 * 2**20)
    assert await refusal(data=form, files=big) == "That is more than 50 MB."


async def test_files_are_shown_only_where_that_is_safe(web, ann, server):
    svg = ann.sends_document(b"<svg onload='alert(1)'/>", "x.svg", "image/svg+xml")
    page = ann.sends_document(b"<script>alert(1)</script>", "x.html", "text/html")
    sent = ann.sends_photo(photo())
    for message, kind in [(svg, "application/octet-stream"), (page, "application/octet-stream"), (sent, "image/jpeg")]:
        response = await web.get(f"/demo/files/{message.now.media.file.unique_id}")
        assert response.headers["content-type"] == kind
        assert response.headers["x-content-type-options"] == "nosniff"
        assert ("content-disposition" in response.headers) == (kind != "image/jpeg")
    assert (await web.get("/demo/files/none")).status_code == 404


@pytest.mark.parametrize(
    ("asked", "part"),
    [("0-1", "0-1"), ("6-", "6-9"), ("2-99", "2-9"), ("-3", "7-9"), ("10-", None), ("x", None)],
)
async def test_a_part_of_a_file(web, ann, asked, part):
    """A browser asks for parts of a video; Safari plays none without."""
    address = f"/demo/files/{ann.sends_document(b'0123456789', 'film.mp4').now.media.file.unique_id}"
    assert (await web.get(address)).headers["accept-ranges"] == "bytes"
    response = await web.get(address, headers={"Range": f"bytes={asked}"})
    if part is None:
        assert (response.status_code, response.headers["content-range"]) == (416, "bytes */10")
    else:
        first, last = map(int, part.split("-"))
        assert (response.status_code, response.headers["content-range"]) == (206, f"bytes {part}/10")
        assert response.content == b"0123456789"[first : last + 1]


async def test_people_languages_and_the_menu(web, stream, ann, bot):
    await bot.set_my_commands([("help", "Help")])
    await bot.set_my_commands([("help", "Hilfe")], language_code="de")
    await act(web, "language", person=ann.user.id, language="de")
    people = await stream.next("people", lambda people: people[0]["language"] == "de")
    assert people[0]["menu"] == [{"command": "help", "description": "Hilfe"}]
    await act(web, "block", person=ann.user.id, on=True)
    assert ann.chat.blocked
    await act(web, "join", name="Ben", language="fr")
    people = await stream.next("people", lambda people: len(people) == 2)
    assert (people[1]["name"], people[0]["blocked"]) == ("Ben", True)


async def test_deleting_and_editing_from_the_page(web, ann, bot):
    said = ann.sends_text("helo")
    await act(web, "edit", person=ann.user.id, message=said.id, text="hello")
    assert said.text == "hello"
    theirs = await bot.send_message(ann.user.id, "hi")
    response = await web.post("/demo/edit", json={"person": ann.user.id, "message": theirs.message_id, "text": "x"})
    assert response.json() == {"error": "That is the bot's message."}
    await act(web, "delete", person=ann.user.id, message=theirs.message_id)
    assert ann.chat.from_bot == []


async def test_the_operators_switches(web, stream, server):
    assert set(SWITCHES) == {"fault_on", "fault_off", "offline", "flood", "kill"}
    fault = await act(web, "fault_on", kind="too_many", method="sendMessage", seconds=3)
    shown = await stream.next("operator")
    assert [(f["kind"], f["method"], f["seconds"]) for f in shown["faults"]] == [("too_many", "sendMessage", 3.0)]
    await act(web, "fault_off", number=fault["number"])
    await act(web, "offline", on=True)
    await act(web, "flood", on=True)
    assert (server.faults.on, server.offline, server.world.flood.enforced) == ([], True, True)
    assert (await web.post("/demo/fault_on", json={"kind": "earthquake"})).status_code == 400
    assert (await web.post("/demo/nonsense", json={})).status_code == 404


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "[broken"}]
)
async def test_other_sites_get_nothing(web, ann, headers):
    assert (await web.get("/", headers=headers)).status_code == 403
    send = await web.post("/demo/send", json={"person": ann.user.id, "text": "spam"}, headers=headers)
    assert (send.status_code, ann.chat.messages) == (403, {})


async def test_the_page_and_nothing_beside_it(web):
    page = await web.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for path in ("/page/../web.py", "/page/%2e%2e/web.py", "/page/nothing.js", "/demo/nothing"):
        assert (await web.get(path)).status_code in (404, 405)


async def test_no_jobs_are_shown_where_nobody_knows_of_a_bot(web, tmp_path, monkeypatch):
    """Least of all those of another bot, whose database lies in the folder where this was started."""
    async with open_database(tmp_path) as database:
        storage = Storage(database)
        other = await storage.photos.add(Photo(7, 1, 7, "file"))
        await storage.jobs.enqueue(other, Blend.parse("poppies"), {}, 2, IdempotencyKey.of_text(7, 1))
    monkeypatch.chdir(tmp_path)
    assert (await web.get("/demo/jobs")).json() == []


async def test_behind_a_path_token_nothing_else_answers():
    server = Server()
    pages = PageRoutes(server, path_token="a-secret-path")
    async with server, httpx.AsyncClient(base_url=server.url) as web:
        assert pages.prefix == "/a-secret-path"
        for path in ("/", "/demo/events", "/page/index.html"):
            assert (await web.get(path)).status_code == 404
        assert (await web.get("/a-secret-path/", headers={"Host": "192.0.2.7"})).status_code == 200


@pytest.fixture
def long_grace(monkeypatch):
    monkeypatch.setattr(api_server, "GRACE", 600)


async def test_an_open_stream_does_not_hold_the_server_up(long_grace, server, stream):
    await stream.next("state")
    await asyncio.wait_for(server.stop(), HANG_SECONDS)
