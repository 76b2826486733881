"""How calls go out over HTTP."""

import httpx
import pytest

from bot.transport.request import LARGEST_JOINED, transport_by


@pytest.fixture
def sent(monkeypatch):
    """The parts in which bodies are sent, each as a packet of its own."""
    parts = []

    async def record(_, request):
        parts.extend([part async for part in request.stream])
        return httpx.Response(200)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", record)
    return parts


@pytest.mark.parametrize(("size", "joined"), [(100_000, True), (LARGEST_JOINED, False)])
async def test_an_upload_is_sent_in_one_piece_unless_it_is_large(sent, size, joined):
    picture = b"\xff\xd8" * (size // 2)
    fields = {"chat_id": "7", "caption": "A painting"}

    def upload():
        return httpx.Request("POST", "http://telegram.example/sendPhoto", data=fields, files={"photo": picture})

    request = upload()
    async with transport_by(None, 1) as transport:
        await transport.handle_async_request(request)
    assert (len(sent) == 1) is joined
    assert len(b"".join(sent)) == int(request.headers["Content-Length"])
    assert picture in b"".join(sent)
