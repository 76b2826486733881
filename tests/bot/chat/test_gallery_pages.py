"""Galleries with more paintings than a phone shows at once: pages, of which each fits what Telegram takes."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from bot.chat import keyboards
from bot.chat.gallery import LONGEST, Gallery, check_limits, contact_sheet_of
from bot.chat.gallery_pages import pages_of
from bot.i18n import texts
from bot.storage.models import Photo
from styler.gallery import GalleryError, load_gallery
from styler.gallery.contact_sheet import CELL, COLUMNS, GAP, contact_sheet, labelled
from tests.support.chat import finished, gallery, is_negative_of, opened, painting, rows, shows, until_rows
from tests.support.fakes import photo
from tests.support.large_gallery import large_gallery

COUNT = 120
MOST_BUTTONS, MOST_BYTES, MOST_OF_PHOTO = 100, 64, 10 * 2**20  # Telegram's: of a keyboard, of callback data, of a photo
PHONE = 360  # pixels of the narrowest phones in use


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return large_gallery(tmp_path_factory.mktemp("gallery"), COUNT)


@pytest.fixture(scope="module")
def paintings(folder):
    return load_gallery(folder)


@pytest.fixture(scope="module")
def prepare(folder):
    return lambda bot: bot.env.update(GALLERY_DIR=str(folder))


def labels_on(message):
    return [text for row in message.buttons for text in row]


async def turned(person, message, button):
    before = message.now
    await person.presses(message, button)
    await person.chat.until(lambda _: message.now != before)


@pytest.mark.parametrize("count", [*range(1, 50), COUNT, 1000])
def test_every_painting_is_on_one_page_and_no_page_is_nearly_empty(paintings, count):
    many = (paintings * 9)[:count]
    pages = pages_of(many)
    assert [painting for page in pages for painting in page.paintings] == list(many)
    assert [page.number for page in pages] == list(range(len(pages)))
    lengths = [-(-len(page.paintings) // COLUMNS) for page in pages]
    assert max(lengths) <= 5
    assert max(lengths) - min(lengths) <= 1, "about as many rows on each"
    assert (len(pages) == 1) == (count <= 15)


def test_the_gallery_that_comes_along_is_one_page():
    [page] = pages_of(load_gallery())
    assert (page.previous, page.next) == (None, None)


def test_the_pages_lead_on_and_back_and_round():
    def ways(count):
        return [(page.previous, page.next) for page in pages_of([*range(count)])]

    assert ways(30) == [(None, 1), (0, None)]
    assert ways(45) == [(2, 1), (0, 2), (1, 0)]


def test_each_page_fits_what_telegram_takes_and_what_a_phone_shows(paintings):
    large = Gallery(paintings)
    mine = Photo(-(10**13), 10**17, 10**10, "file")
    for page in large.pages:
        choices = [keyboards.gallery(mine, page, [mine] * 2), keyboards.paintings(page)]
        choices += [keyboards.blend_paintings(mine, True, chosen, page) for chosen in ([], [paintings[0]])]
        for keyboard in choices:
            buttons = [button for row in keyboard.inline_keyboard for button in row]
            assert len(buttons) <= MOST_BUTTONS
            assert max(len(button.callback_data.encode()) for button in buttons) <= MOST_BYTES
        sheet = large.image(contact_sheet_of(page.number))
        width, height = opened(sheet).size
        assert len(sheet) < MOST_OF_PHOTO
        assert width * min(1, 1280 / height) > 2 * PHONE, "Telegram keeps 1280 pixels; so phones show it sharp"


async def test_a_painting_of_the_last_page_is_chosen(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    assert shows(message, texts.gallery(), texts.page(1, 8))
    await turned(ann, message, texts.previous_page(8))
    assert shows(message, texts.page(8, 8))
    assert "Great Wave 106" in labels_on(message)
    assert "Great Wave 1" not in labels_on(message)
    await turned(ann, message, texts.next_page(1))
    await turned(ann, message, texts.next_page(2))
    assert "Great Wave 16" in labels_on(message)
    pictures = [version.photo for version in message.versions]
    assert len(set(pictures)) == 3, "each page has a sheet of its own"
    await turned(ann, message, texts.previous_page(1))
    await turned(ann, message, texts.previous_page(8))
    await ann.presses(message, "Great Wave 106")
    assert is_negative_of(await painting(ann, message), "teal")
    assert shows(message, "piece 106")
    assert rows(bot, "SELECT style FROM jobs") == [("great-wave-106",)]


async def test_back_leads_to_the_page_that_was_left(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await turned(ann, message, texts.next_page(2))
    await turned(ann, message, texts.own_style())
    await turned(ann, message, texts.back())
    assert shows(message, texts.page(2, 8))
    await turned(ann, message, texts.blend())
    await turned(ann, message, texts.back())
    assert shows(message, texts.page(2, 8))


async def test_the_two_of_a_blend_are_on_different_pages(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await turned(ann, message, texts.next_page(2))
    await turned(ann, message, texts.blend())
    assert shows(message, texts.blend_first(), texts.page(2, 8))
    await turned(ann, message, "Great Wave 16")
    await turned(ann, message, texts.next_page(3))
    assert shows(message, "piece 16", texts.page(3, 8))
    await turned(ann, message, "Great Wave 31")
    await turned(ann, message, texts.back())
    assert shows(message, texts.gallery(), texts.page(3, 8))
    await turned(ann, message, texts.blend())
    await turned(ann, message, "Great Wave 31")
    await turned(ann, message, texts.previous_page(2))
    await turned(ann, message, "Great Wave 16")
    await ann.presses(message, texts.blended(None, None, 0.5))
    await ann.chat.until(lambda _: finished(message))
    assert rows(bot, "SELECT style FROM jobs") == [("great-wave-31+great-wave-16",)]


async def test_the_pages_of_an_album_are_for_all_of_it(bot, ann):
    first, _ = ann.sends_album([photo("teal"), photo("olive")])
    message = await gallery(ann, first)
    await ann.chat.until(lambda _: shows(message, texts.gallery_album()))
    await turned(ann, message, texts.next_page(2))
    assert shows(message, texts.gallery_album(), texts.page(2, 8))
    await ann.presses(message, "Great Wave 16")
    await until_rows(bot, "SELECT count(*), min(style), max(style) FROM jobs WHERE status = 'DONE'",
                     [(2, "great-wave-16", "great-wave-16")])  # fmt: skip


async def test_without_a_photo_the_pages_are_only_looked_at(bot, ann):
    ann.sends_text("/paintings")
    message = await ann.chat.until(lambda chat: next(iter(chat.from_bot), None))
    assert message.buttons == [[texts.previous_page(8), texts.next_page(2)]]
    first = message.photo
    await turned(ann, message, texts.next_page(2))
    assert shows(message, texts.paintings(), texts.page(2, 8))
    assert message.photo != first
    ann.forges(message, "paintings:p999")
    await ann.chat.until(lambda _: shows(message, texts.page(1, 8)))


async def test_a_page_shows_the_person_s_own_photo_and_remembers_it(bot_process, folder, ann):
    bot_process.env |= {"PREVIEWS": "on", "GALLERY_DIR": str(folder)}
    await bot_process.start()

    def is_own(message):
        return message.photo and is_negative_of(opened(message.photo).crop((GAP, GAP, GAP + 99, GAP + 99)), "teal")

    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.chat.until(lambda _: is_own(message) and shows(message, texts.page(1, 8)))
    await ann.presses(message, texts.next_page(2))
    await ann.chat.until(lambda _: is_own(message) and shows(message, texts.page(2, 8)))
    assert not is_own(message.versions[-2]), "the paintings of the page come first, at once"
    await until_rows(bot_process, "SELECT count(*) FROM photos, json_each(sheets)", [(2,)])
    before = len(message.versions)
    await turned(ann, message, texts.previous_page(1))
    assert is_own(message)
    assert len(message.versions) == before + 1, "it is at Telegram already"


async def test_a_name_of_any_page_may_be_written(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("olive"), "Great Wave 106"))
    assert is_negative_of(await painting(ann, message), "olive")
    assert shows(message, "piece 106")


def named(paintings, **facts):
    return [replace(paintings[0], **facts)]


@pytest.mark.parametrize("fact", LONGEST)
@pytest.mark.parametrize("text", ["x" * 121, "two\nlines"])
def test_words_that_telegram_would_not_take_are_named_at_the_start(paintings, fact, text):
    with pytest.raises(GalleryError) as caught:
        check_limits(named(paintings, **{fact: text}))
    assert str(caught.value) == f"great-wave-1: {fact} must be one line of at most {LONGEST[fact]} characters"


def test_the_longest_words_fit_a_caption(paintings):
    [longest] = named(paintings, **{fact: "W" * most for fact, most in LONGEST.items()})
    check_limits([longest])
    notes = [texts.in_own_colors(), texts.smaller_than_photo(4096, 10_000, 10_000), texts.largest(4096)]
    assert len(texts.done(texts.how([longest, longest], [0.85, 0.15], "strong"), [longest, longest], notes)) < 1024


def test_two_names_that_buttons_cannot_tell_apart_are_refused(paintings):
    alike = [named(paintings, name=name)[0] for name in ("plumless", "buckeroo")]  # of the same CRC-32
    with pytest.raises(GalleryError, match="plumless and buckeroo: buttons cannot tell these names apart"):
        check_limits(alike)


def test_a_long_name_stays_under_its_own_cell():
    names = ["short", "A label of as many letters as there may", "short"]
    sheet = np.asarray(opened(labelled(contact_sheet([Image.new("RGB", CELL)] * 3), names)).convert("L"))
    under, right = GAP + CELL[1] + 4, 2 * GAP + 2 * CELL[0]
    assert sheet[under:, GAP + CELL[0] + GAP : right].min() < 90, "the name is written"
    assert sheet[under:, GAP + CELL[0] + 2 : 2 * GAP + CELL[0] - 2].min() > 200, "and nothing beside its cell"
    assert sheet[under:, right + 2 : right + GAP - 2].min() > 200
