"""`@bot` in any chat offers a person's own last paintings, and nobody else's."""

import pytest

from bot.handlers.caption_parser import matches_prefix
from bot.i18n import languages, texts
from styler.gallery import load_gallery
from tests.support.chat import finished, finished_painting, gallery, redone, rows, settled, shows, until_rows
from tests.support.fakes import photo
from tests.support.sqlite import open_beside

POPPIES = next(one for one in load_gallery() if one.name == "poppies")


async def offered(person, words=""):
    """The titles of what a person is offered, and the query."""
    query = await person.asks_inline(words)
    return [result["title"] for result in query.results], query


async def test_the_last_paintings_newest_first_and_one_is_sent_to_another_chat(bot, world, ann, bob):
    await finished_painting(ann, name="Poppies")
    _, wave = await finished_painting(ann, "olive", "Great Wave")
    await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    titles, query = await offered(ann)
    assert titles == ["The Great Wave off Kanagawa", "Poppies"]
    group = world.group("Friends", [ann, bob], bot_status="left")
    sent = ann.chooses(query, query.results[0]["id"], to=group)
    assert sent.photo == wave.photo
    assert sent.caption == wave.caption
    assert sent.buttons == []


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_nobody_is_offered_what_another_painted(bot, world, language, anna):
    other = world.person("Boris", language)
    await finished_painting(other, name=texts.label(POPPIES))
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    assert (await offered(other))[0] == [texts.title(POPPIES)]
    titles, query = await offered(anna)
    assert titles == [], "also not what Telegram keeps of Ann's"
    assert query.button == {"text": texts.paint_first(), "start_parameter": "share"}
    anna.sends_text("/start share")
    await anna.chat.until(lambda chat: any(shows(m, texts.start()) for m in chat.from_bot))


async def test_what_is_typed_chooses_by_name(bot, ann):
    for color, name in (("teal", "Great Wave"), ("olive", "Poppies")):
        await finished_painting(ann, color, name)
    await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    assert (await offered(ann, "po"))[0] == ["Poppies"]
    assert (await offered(ann, "GREAT wa"))[0] == ["The Great Wave off Kanagawa"]
    titles, query = await offered(ann, "sunset")
    assert titles == []
    assert query.button is None, "there is something to share, only not this"


@pytest.mark.parametrize("shown", [texts.how_it_was_painted, texts.before_and_after])
async def test_what_shows_a_painting_otherwise_is_not_offered(bot, ann, shown):
    sent, message = await finished_painting(ann)
    await redone(ann, sent, message, shown())
    await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    assert (await offered(ann))[0] == ["Poppies"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [("", "great-wave"), ("wav", "great-wave"), ("CAFÉ", "night-cafe"), ("your own", None)],
)
def test_a_name_is_typed_letter_by_letter(typed, name):
    painting = next((p for p in load_gallery() if p.name == name), None)
    assert matches_prefix(typed, [painting])
    assert matches_prefix(typed, [load_gallery()[-1], painting]), "a blend has two names"
    assert not matches_prefix(f"{typed} no such", [painting])


def test_a_name_is_typed_in_any_language():
    for painting in [*load_gallery(), None]:
        for name in languages.in_all_languages(lambda one=painting: texts.style_name(one)):
            assert matches_prefix(name, [painting])


async def test_the_share_button_offers_this_painting(bot, ann):
    sent, message = await finished_painting(ann)
    await redone(ann, sent, message, texts.as_file())
    await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    [button] = [b for row in message.now.keyboard for b in row if b["text"] == texts.share()]
    titles, query = await offered(ann, button["switch_inline_query"])
    assert titles == ["Poppies", "Poppies"]
    assert [result["type"] for result in query.results] == ["document", "photo"]
    file = ann.chooses(query, query.results[0]["id"])
    assert file.document


async def test_without_inline_mode_there_is_no_share_button(bot_process, world, ann):
    world.supports_inline_queries = False
    await bot_process.start()
    _, message = await finished_painting(ann)
    assert message.buttons[-1] == [texts.as_file()]


async def test_a_painting_shared_with_the_bot_itself_is_no_new_photo(bot, ann):
    await finished_painting(ann)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    _, query = await offered(ann)
    sent = ann.chooses(query, query.results[0]["id"])
    await settled(ann)
    assert ann.chat.answers(sent) == []


async def test_strangers_are_offered_nothing(bot, ann):
    await finished_painting(ann)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    await bot.stop()
    bot.env["ALLOWED_USERS"] = "1"
    await bot.start()
    assert (await offered(ann))[0] == []


async def test_what_is_forgotten_is_not_offered(bot, ann):
    await finished_painting(ann)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    ann.sends_text("/forget")
    await ann.chat.until(lambda chat: any(shows(m, texts.forgotten()) for m in chat.from_bot))
    assert (await offered(ann))[0] == []


async def test_the_album_s_paintings_are_offered_too(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive")])
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    await ann.presses(control, "Poppies")
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",), ("DONE",)])
    assert (await offered(ann))[0] == ["Poppies", "Poppies"]


async def test_an_inline_query_from_before_a_restart_does_no_harm(bot, ann):
    await bot.stop()
    query = ann.world.ask_inline(ann.user, "wave")
    ann.world.queries.expire()
    await bot.start()
    _, message = await finished_painting(ann)
    assert finished(message)
    assert query.results is None


async def test_more_paintings_than_telegram_takes_at_once_come_when_the_list_is_scrolled(bot, ann):
    await finished_painting(ann)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    columns = [row[1] for row in rows(bot, "PRAGMA table_info(jobs)")]
    await bot.stop()
    copied = ", ".join(
        {"id": "NULL", "idempotency_key": "hex(randomblob(8))", "message_id": "NULL"}.get(name, name)
        for name in columns
    )
    with open_beside(bot.data) as database:
        for _ in range(119):
            database.execute(f"INSERT INTO jobs SELECT {copied} FROM jobs ORDER BY id LIMIT 1")  # noqa: S608
    await bot.start()
    offset, ids = "", []
    for count in (50, 50, 20):
        query = await ann.asks_inline("", offset=offset)
        assert len(query.results) == count
        ids += [result["id"] for result in query.results]
        offset = query.next_offset
    assert offset == ""
    assert len(set(ids)) == 120


async def test_a_forged_offset_does_no_harm(bot, ann):
    ann.world.ask_inline(ann.user, "", "x")
    await finished_painting(ann)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    assert (await offered(ann))[0] == ["Poppies"]
