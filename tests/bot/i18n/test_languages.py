"""The other languages: every sentence is there, whole, and fits where it stands."""

import inspect
import re
import string
from itertools import product
from typing import get_args

import pytest

from bot.chat import keyboards
from bot.chat.gallery_pages import Page, pages_of
from bot.handlers import caption_parser
from bot.i18n import formats, languages, texts
from bot.i18n.catalogs import LOCALES, as_file, forms, read, untranslated, updated
from bot.options import PHOTO_EDGE, PaintOptions
from bot.storage.models import Job, JobStatus, Photo
from bot.storage.styles import Blend
from bot.transport.profile import sync_profile
from styler.events import BadImage, BadImageReason
from styler.gallery import load_gallery
from styler.settings import STRENGTHS, Settings
from tests.support.chat import gallery, shows
from tests.support.fakes import photo

TRANSLATED = languages.languages()[1:]
PAINTINGS = load_gallery()
PAGES = (*pages_of(PAINTINGS), Page(119, 120, PAINTINGS[:6]))  # the second: one of very many
CHOICES = PaintOptions(Settings(), 4096)
ROW, BUTTON = 40, {1: 40, 2: 22, 3: 16}  # characters that fit a phone's width: in all, and of one among so many
LINE, SCREEN = 40, 18  # characters a line, lines a screen

# For each parameter of a sentence what it may be. A new parameter needs an entry.
ARGUMENTS = {
    "artist": PAINTINGS, "count": (1, 2, 5, 21, 120), "done": (0, 9), "download_limit": (20e6,), "failed": (0, 1, 2, 5),
    "number": (2, 119),
    "first": PAINTINGS, "frame": (40,), "frames": (1, 2, 5, 100), "height": (3000,), "how": ("Poppies",),
    "how_strong": STRENGTHS, "i": (1, 20), "largest": (4096,), "limit": (20e6,), "lines": (["Poppies"],),
    "name": ("Poppies",), "notes": ((), ("A note.",)), "other": PAINTINGS[:2],
    "own_limit": (1, 2, 5), "painting": PAINTINGS, "place": (3,),
    "refused": (1, 2, 5, 10), "second": [*PAINTINGS, None], "seconds": (42.0, 4000.0), "seconds_left": (7.0, 400.0),
    "share": (0.15, 0.3, 0.5), "shares": ((),), "size": (512, 4096), "strength": STRENGTHS,
    "style": [*PAINTINGS, None],    "styles": ([PAINTINGS[0]], [None]), "suggested": ((), PAINTINGS[:2]),
    "total": (10,), "what": ("photos", "videos", "animations", "documents", "video notes"), "width": (4000,),
    "words": ("a harvest",),
}  # fmt: skip
FACTS = {
    "moving": {"format": "GIF"},
    "unsupported": {"kind": "GIF"},
    "colors": {"kind": "GIF"},
    "too_many_pixels": {"megapixels": 108.0, "limit": 40.0},
    "too_small": {"width": 8, "height": 9, "limit": 16},
    "too_narrow": {"width": 9000, "height": 90, "limit": 20},
    "too_large": {"width": 70000, "height": 7, "limit": 65535},
}


@pytest.fixture(params=languages.languages())
def language(request):
    languages.activate(request.param)
    yield request.param
    languages.activate(languages.DEFAULT)


def sentences():
    """Each message of each catalog, with each of its forms."""
    for code in TRANSLATED:
        for message in read(code):
            if message.id:
                yield from ((code, message, form) for form in forms(message))


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_catalogs_have_the_sentences_of_the_code(code):
    assert (LOCALES / f"{code}.po").read_bytes() == as_file(updated(code)), "run python -m bot.i18n, and translate"


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_is_translated_in_every_form(code):
    catalog = read(code)
    assert [message.id for message in untranslated(catalog)] == []
    assert [message.id for message in catalog if message.id and message.fuzzy] == []
    assert {len(forms(message)) for message in catalog if message.pluralizable} == {catalog.num_plurals}


def test_placeholders_tags_and_commands_are_those_of_the_english():
    for code, message, form in sentences():
        english = message.id if isinstance(message.id, str) else message.id[1]
        assert kept_as_they_are(form) == kept_as_they_are(english), (code, form)


def kept_as_they_are(sentence):
    placeholders = sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name)
    return placeholders, sorted(re.findall(r"</?\w+[^>]*>|&\w+;|(?<!\w)/[a-z]+|^\d\.", sentence)), sentence.count("\n")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ru", ["1 заказ отменён.", "2 заказа отменены.", "5 заказов отменено.", "11 заказов отменено.",
                "21 заказ отменён.", "22 заказа отменены."]),
        ("de", ["1 Auftrag abgebrochen.", *(f"{n} Aufträge abgebrochen." for n in (2, 5, 11, 21, 22))]),
        ("fr", ["1 demande annulée.", *(f"{n} demandes annulées." for n in (2, 5, 11, 21, 22))]),
        ("es", ["1 encargo cancelado.", *(f"{n} encargos cancelados." for n in (2, 5, 11, 21, 22))]),
        ("pt", ["1 pedido cancelado.", *(f"{n} pedidos cancelados." for n in (2, 5, 11, 21, 22))]),
    ],
)  # fmt: skip
def test_plurals(code, said):
    languages.activate(code)
    assert [texts.cancelled_jobs(n) for n in (1, 2, 5, 11, 21, 22)] == said
    languages.activate(languages.DEFAULT)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "5 sec"), (42, "40 sec"), (89, "90 sec"), (91, "2 min"), (3600, "60 min")]
)
def test_times_are_as_exact_as_can_be_promised(seconds, said):
    assert formats.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "1 min"), (59.5, "1 min"), (3600, "1 hr"), (19_201, "5 hr 21 min"), (86_400, "24 hr")]
)
def test_how_long_to_wait_is_never_told_too_short(seconds, said):
    assert formats.hours(seconds) == said


@pytest.mark.parametrize(
    ("code", "written"),
    [("en", ["999", "1,024", "12,345"]), ("de", ["999", "1.024", "12.345"]), ("es", ["999", "1024", "12.345"]),
     ("pt", ["999", "1.024", "12.345"]), ("fr", ["999", "1\u202f024", "12\u202f345"]),
     ("ru", ["999", "1\xa0024", "12\xa0345"])],
)  # fmt: skip
def test_numbers_are_grouped_as_each_language_does(code, written):
    languages.activate(code)
    assert [formats.number(value) for value in (999, 1024, 12345)] == written
    assert texts.downscaled(1365).count("1365") == 1
    assert texts.dimensions(4000, 3000).startswith("4000 × 3000")
    assert "9000" in texts.bad_image(BadImage("too_narrow", "", facts={"width": 9000, "height": 90, "limit": 20}))
    languages.activate("en")


@pytest.mark.parametrize(
    ("code", "four", "five", "unit"),
    [("en", "1,234.5", "12,345.6", "MB"), ("de", "1.234,5", "12.345,6", "MB"), ("es", "1234,5", "12.345,6", "MB"),
     ("pt", "1.234,5", "12.345,6", "MB"), ("fr", "1\u202f234,5", "12\u202f345,6", "Mo"),
     ("ru", "1\xa0234,5", "12\xa0345,6", "МБ")],
)  # fmt: skip
def test_numbers_with_a_unit_are_grouped_as_all_others(code, four, five, unit):
    languages.activate(code)
    sizes = [formats.megabytes(megabytes * 2**20) for megabytes in (999, 1234.5, 12345.6)]
    assert [re.split(r"\s(?=\D)", size) for size in sizes] == [["999", unit], [four, unit], [five, unit]]
    assert four in texts.too_big(int(1234.5 * 2**20), 20 * 2**20)
    for say, one in ((formats.seconds, 1), (formats.duration, 60), (formats.hours, 3600), (formats.megapixels, 1)):
        assert [say(n * one).startswith(formats.number(n)) for n in (1000, 1234, 12340)] == [True] * 3, say
    languages.activate("en")


def said(sentence):
    """All that a function of `texts` says, by all of its arguments."""
    parameters = inspect.signature(sentence).parameters
    for values in product(*(ARGUMENTS[name] for name in parameters)):
        yield sentence(*values)


def functions():
    other = {"bad_image", "chosen", "stats", "wished", "gettext"}
    found = inspect.getmembers(texts, inspect.isfunction)
    return [f for name, f in found if f.__module__ == texts.__name__ and name[0] != "_" and name not in other]


def test_every_sentence_can_be_said(language):
    for sentence in functions():
        for words in said(sentence):
            assert words, sentence.__name__
            assert not isinstance(words, str) or not re.search(r"[{}]|None", words), words
    assert "None" not in texts.queued("Poppies", 3, None) + texts.queue_line("Poppies", 3, None)
    assert "{" not in texts.chosen({"size": 1024, "strength": "soft", "keep_colors": True})
    assert "{" not in texts.wished({"strength": "soft", "keep_colors": True, "format": "png"}, -1, True)
    assert "{" not in texts.stats({"DONE": 1000}, 61.0) + texts.stats({}, None)


@pytest.mark.parametrize("which", ["content", "style"])
def test_what_is_wrong_with_a_picture(language, which):
    for reason in get_args(BadImageReason):
        words = texts.bad_image(BadImage(reason, "", which, FACTS.get(reason, {})))
        assert len(words) < 300
        for value in FACTS.get(reason, {}).values():
            say = {int: formats.pixels, float: formats.number, str: str}[type(value)]
            assert say(value) in words


def test_how_much_of_an_incomplete_picture_is_missing(language):
    words = texts.bad_image(BadImage("truncated", "", "content", {"share": 0.37}))
    assert formats.percent(0.37) in words
    assert words != texts.bad_image(BadImage("truncated", "", "content"))


def test_what_moves_may_be_painted_but_is_no_style():
    painted, style = (texts.bad_image(BadImage("moving", "", which, FACTS["moving"])) for which in ("content", "style"))
    assert "Send it as a video or a GIF" in painted
    assert "video" not in style


def test_captions_fit_telegram_s_and_a_phone_s_limits(language):
    captions = [words for sentence in functions() for words in said(sentence) if isinstance(words, str)]
    assert max(map(len, captions)) <= 1024
    for menu in (texts.commands(), texts.group_commands()):
        assert all(1 <= len(does) <= 256 for does in menu.values())
    assert len(texts.description()) <= 512
    assert len(texts.short_description()) <= 120


async def test_a_fault_in_the_introduction_is_logged(caplog):
    await sync_profile(None)  # no bot at all
    [record] = caplog.records
    assert (record.getMessage(), record.exc_info[0]) == ("the bot is not introduced", AttributeError)


async def test_a_bot_that_starts_again_does_not_introduce_itself_again(bot_process, server):
    """Telegram takes a few such changes a day."""
    bot, counts, count = bot_process, server.calls.counts, len(languages.languages())
    bot.introduces = True
    await bot.start()
    await server.calls.changed.until(lambda: counts["getMyShortDescription"] == count, 10)
    await bot.stop()
    await bot.start()
    await server.calls.changed.until(lambda: counts["getMyShortDescription"] == 2 * count, 10)
    assert (counts["setMyCommands"], counts["setMyDescription"]) == (2 * count, count)


def test_help_fits_one_screen_and_names_the_button(language):
    shown, _, folded = texts.help(20 * 2**20).partition("<blockquote expandable>")
    assert sum(1 + len(line) // LINE for line in shown.splitlines()) <= SCREEN
    assert texts.own_style() in folded


def job(**settings):
    poppies = Blend.parse("poppies")
    return Job(10**9, -(10**13), 10**10, 10**6, "file", poppies, settings, 1, JobStatus.DONE, 1, 0, 0.0, None, None,
               None, False)  # fmt: skip


def all_keyboards():
    """Each in all its looks that differ in texts."""
    mine = Photo(-(10**13), 10**6, 10**10, "file")
    share = [keyboards.share("poppies")]
    for album in ((), [mine] * 2, [mine] * 10):
        for page in PAGES:
            yield keyboards.gallery(mine, page, album)
    yield from filter(None, map(keyboards.paintings, PAGES))
    yield from (keyboards.asking_style(mine, 0), keyboards.cancel(job()), keyboards.cancel(job(), stop_early=True))
    yield keyboards.cancel_album(10**6)
    yield from (keyboards.queue([job()], [texts.label(one)]) for one in PAINTINGS)
    yield keyboards.album_result(job(), share)
    for strength, own, size in product(STRENGTHS, (False, True), CHOICES.sizes):
        wishes = {"strength": strength, "keep_colors": own, "size": size}
        files = {"format": "png"} if size > PHOTO_EDGE else {}
        yield keyboards.result(job(**wishes, **files), CHOICES, [PAINTINGS[0]], share)
        yield keyboards.preferences(wishes, CHOICES)
    yield from (keyboards.languages(languages.names(), code) for code in languages.languages())


def test_keyboards_fit_a_phone_and_their_data_telegram(language):
    for row in (row for keyboard in all_keyboards() for row in keyboard.inline_keyboard):
        words = [button.text for button in row]
        assert len("".join(words)) <= ROW, words
        assert max(map(len, words)) <= BUTTON[len(row)], words
        assert all(len(str(button.callback_data or "").encode()) <= 64 for button in row)
        assert all(any(map(str.isalpha, word)) for word in words), "a button makes sense read aloud"


def test_larger_is_not_called_as_more_of_a_painting_is(language):
    """Both stand under a blend."""
    more = [texts.more_of(style) for style in (*PAINTINGS, None)]
    assert texts.larger(768).partition(":")[0].strip() not in {each.partition(":")[0].strip() for each in more}


def test_no_row_of_the_settings_is_much_shorter_than_the_one_before(language):
    choices = PaintOptions(Settings(size=256), 1024)
    sizes = keyboards.preferences({}, choices).inline_keyboard[:2]
    assert [[button.text for button in row] for row in sizes] == [
        [f"✓ {texts.pixels(256)}", texts.pixels(512)],
        [texts.pixels(768), texts.pixels(1024)],
    ]


def test_no_two_paintings_have_one_name(language):
    for name in (texts.title, texts.label):
        assert len({name(one) for one in PAINTINGS}) == len(PAINTINGS)


def test_every_painting_s_names_and_all_wishes_are_understood(language):
    for painting, name in product(PAINTINGS, (texts.title, texts.label)):
        wish = caption_parser.parse_caption(
            f"{name(painting)}, {texts.strength('strong')}, {texts.keep_colors()}", PAINTINGS
        )
        style, settings = Blend.parse(painting.name), {"strength": "strong", "keep_colors": True}
        assert wish == caption_parser.PaintRequest(style, settings), name(painting)


def test_the_example_of_the_help_is_understood(language):
    wish = caption_parser.parse_caption(texts.example_of_words(), PAINTINGS)
    assert wish == caption_parser.PaintRequest(Blend.parse("great-wave"), {"strength": "strong", "keep_colors": True})
    assert texts.example_of_words() in texts.help(20 * 2**20)


CONVERSATIONS = {
    "de": {
        "gallery": "Welches Gemälde soll dein Foto werden?",
        "first row": ["Große Welle", "Caféterrasse", "Komposition VIII"],
        "painted": "Die große Welle vor Kanagawa\nnach Katsushika Hokusai, 1831",
        "next": [["Ein anderes Gemälde"], ["Sanfter", "Stärker"], ["Meine Farben", "Größer: 768 Pixel"],
                 ["So wurde es gemalt", "Vorher und nachher"], ["Als Datei", "Teilen"]],
        "error": "Das kann ich nicht malen. "
                 "Schick ein Foto, ein Video oder ein GIF, oder ein Bild als Datei (JPEG, PNG, WebP, HEIC).",
        "strengths": ["Sanft", "✓ Mittel", "Stark"],
        "language": "Sprache\N{NO-BREAK SPACE}…",
        "kept": "Erledigt",
    },
    "ru": {
        "gallery": "Какой картиной станет ваше фото?",
        "first row": ["Большая волна", "Терраса кафе", "Композиция VIII"],
        "painted": "Большая волна в Канагаве\nоригинал: Кацусика Хокусай, 1831",
        "next": [["Другая картина"], ["Мягче", "Сильнее"], ["Мои цвета", "Крупнее: 768 пикс."],
                 ["Как это писалось", "До и после"], ["Файлом", "Поделиться"]],
        "error": "Такое я нарисовать не могу. "
                 "Пришлите фото, видео или GIF либо изображение файлом (JPEG, PNG, WebP, HEIC).",
        "strengths": ["Мягко", "✓ Средне", "Сильно"],
        "language": "Язык…",
        "kept": "Готово",
    },
}  # fmt: skip


@pytest.mark.parametrize("code", CONVERSATIONS)
async def test_a_conversation(bot, world, code):
    person, words = world.person("Anna", code), CONVERSATIONS[code]
    message = await gallery(person, person.sends_photo(photo()))
    assert message.caption == words["gallery"]
    assert message.buttons[0] == words["first row"]
    await person.presses(message, words["first row"][0])
    await person.chat.until(lambda _: message.buttons == words["next"])
    assert message.caption == words["painted"]
    no_picture = person.sends_document(b"%PDF-1.7", "letter.pdf")
    await person.chat.until(lambda chat: any(shows(m, words["error"]) for m in chat.answers(no_picture)))


async def test_each_language_has_its_names_on_the_paintings(bot, world):
    people = [world.person("Anna", code) for code in ("en", "de", "de")]
    english, german, again = [(await gallery(one, one.sends_photo(photo()))).photo for one in people]
    assert english != german == again


@pytest.mark.parametrize("code", CONVERSATIONS)
async def test_another_language_by_the_settings(bot, world, code):
    person, words = world.person("Anna", code), CONVERSATIONS[code]
    person.sends_text("/settings")
    message = await person.chat.until(lambda chat: next((m for m in chat.from_bot if m.buttons), None))
    assert words["strengths"] in message.buttons
    await person.presses(message, words["language"])
    await person.chat.until(lambda _: any("English" in row for row in message.buttons))
    assert (await person.presses(message, "English")).text in (words["kept"], texts.settings_kept())
    await person.chat.until(lambda _: message.text == texts.languages())
    assert (await gallery(person, person.sends_photo(photo()))).caption == texts.gallery()
