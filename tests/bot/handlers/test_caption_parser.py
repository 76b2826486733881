"""Captions as commands: what they mean, and that they start at once."""

import pytest

from bot.handlers.caption_parser import is_own_caption, parse_caption, parse_settings, unknown_style
from bot.i18n import languages, texts
from styler.gallery import load_gallery
from tests.support.chat import finished, finished_painting, gallery, shows
from tests.support.fakes import photo

PAINTINGS = load_gallery()


@pytest.mark.parametrize(
    ("caption", "style", "settings"),
    [
        ("great wave", "great-wave", {}),
        ("great-wave", "great-wave", {}),
        ("Wave, strong, keep colours", "great-wave", {"strength": "strong", "keep_colors": True}),
        ("KEEP MY COLORS softly the great wave off kanagawa", "great-wave", {"strength": "soft", "keep_colors": True}),
        ("grate wave", "great-wave", {}),
        ("poppys medium", "poppies", {"strength": "medium"}),
        ("cafe terrace", "cafe-terrace-at-night", {}),
        ("Night Café", "night-cafe", {}),
        ("village", "village-street-in-auvers", {}),
        ("the wave", "great-wave", {}),
        ("wave please", "great-wave", {}),
        ("in the style of the great wave, strong", "great-wave", {"strength": "strong"}),
        ("wave & poppies", "great-wave+poppies", {}),
        ("Kandinsky", "composition-viii", {}),
        ("hokusai poppies", "poppies", {}),
        ("Poppies, Hokusai, strong", "poppies", {"strength": "strong"}),
        ("the great wave off kanagawa by hokusai", "great-wave", {}),
        ("Hokusai's wave", "great-wave", {}),
        ("Hokusais große Welle, stark", "great-wave", {"strength": "strong"}),
        ("Nachtcafé von Vincent van Gogh", "night-cafe", {}),
        ("the waves", "great-wave", {}),
        ("nightcafe", "night-cafe", {}),
        ("van Gogh night cafe", "night-cafe", {}),
        ("wassily kandinsky, soft", "composition-viii", {"strength": "soft"}),
        ("paint wave, even stronger", "great-wave", {"strength": "strong"}),
        ("a renoir", "bal-du-moulin-de-la-galette", {}),
    ],
)
def test_a_caption_that_names_a_painting(caption, style, settings):
    found = parse_caption(caption, PAINTINGS)
    assert (str(found.style), found.settings) == (style, settings)


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "a",
        "my cat",
        "strong",
        "van gogh",
        "vincent",
        "auvers",
        "cafe",
        "me in auvers",
        "me at the wave",
        "the night",
        "sunset at the beach",
        "paint, please",
        "even",
        "cream",
        "copies",
        "Mary",
        "mary by the sea",
        "🌊" * 99,
    ],
)
def test_a_caption_that_names_none_or_several(caption):
    assert parse_caption(caption, PAINTINGS) is None


@pytest.mark.parametrize(
    ("strength", "said"),
    [
        ("strong", "even stronger, please"),
        ("soft", "much softer"),
        ("strong", "noch stärker"),
        ("strong", "encore plus fort"),
        ("strong", "mucho más intenso"),
        ("soft", "ainda mais suave"),
        ("strong", "Ещё сильнее!"),
    ],
)
def test_words_that_are_settings_alone(strength, said):
    assert parse_settings(said) == {"strength": strength}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("van gogh", {"cafe-terrace-at-night", "church-at-auvers", "village-street-in-auvers", "night-cafe"}),
        ("auvers", {"church-at-auvers", "village-street-in-auvers"}),
        ("harvestres by bruegel", {"the-harvesters"}),
        ("xylophone", set()),
        ("wave + auvers", {"church-at-auvers", "village-street-in-auvers"}),
        ("portrait", {"pere-tanguy"}),
        ("cafe night", {"cafe-terrace-at-night", "night-cafe"}),
        ("wavee", {"great-wave"}),
        ("hokusay wavee", {"great-wave"}),
        ("kandinski", {"composition-viii"}),
        ("photo of bridget", set()),
        ("the scream by edvard munch", set()),
        ("", set()),
    ],
)
def test_what_may_have_been_meant(words, expected):
    assert {painting.name for painting in unknown_style(words, PAINTINGS).suggested} == expected


@pytest.mark.parametrize(
    ("words", "repeated"),
    [("wave + xylophone", "xylophone"), ("xylophone + wave", "xylophone"), ("+ xylophone", "xylophone"),
     ("wave +", "wave +"), ("+", "+"), ("a + b + c", "a + b + c")],
)  # fmt: skip
def test_what_nobody_knows_is_repeated_and_never_nothing(words, repeated):
    assert unknown_style(words, PAINTINGS).words == repeated


async def test_words_that_name_no_painting_are_answered_with_those_that_may_be_meant(bot, ann):
    await gallery(ann, ann.sends_photo(photo("teal")))
    ann.sends_text("auvers")
    question = str(unknown_style("auvers", PAINTINGS))
    await ann.chat.until(lambda chat: any(shows(message, question) for message in chat.from_bot))
    assert "Church at Auvers or Village Street" in question
    ann.sends_text("xylophone")
    answer = texts.unknown_painting("xylophone")
    await ann.chat.until(lambda chat: any(shows(message, answer) for message in chat.from_bot))


@pytest.mark.parametrize("caption", ["/paint wave", "/paint@{name} wave, strong", "@{name} wave"])
async def test_the_bot_may_be_addressed_in_private_too(bot, ann, world, caption):
    sent = ann.sends_photo(photo("teal"), caption.format(name=world.bot.username))
    message = await gallery(ann, sent)
    await ann.chat.until(lambda _: finished(message))
    assert shows(message, "The Great Wave off Kanagawa")


@pytest.mark.parametrize("caption", ["/paint", "@painter_bot"])
async def test_addressed_without_a_wish_it_shows_the_gallery(bot, ann, caption):
    message = await gallery(ann, ann.sends_photo(photo("teal"), caption))
    assert message.now.body == texts.gallery()


@pytest.mark.parametrize("words", ["/paint wave", "@painter_bot wave"])
async def test_so_it_may_in_an_edit_and_in_a_text(bot, ann, words):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    ann.edits(sent, words)
    await ann.chat.until(lambda _: finished(message))
    other = await gallery(ann, ann.sends_photo(photo("olive")))
    ann.sends_text(words)
    await ann.chat.until(lambda _: finished(other))


async def test_a_photo_with_a_wish_starts_at_once(bot, ann):
    sent = ann.sends_photo(photo("teal"), "wave, strong")
    message = await gallery(ann, sent)
    await ann.chat.until(lambda _: finished(message))
    assert shows(message, "The Great Wave off Kanagawa", "strong")
    assert ann.chat.from_bot == [message]


async def test_a_photo_with_a_wish_is_no_style_though_one_was_asked_for(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, texts.own_style())
    new = await gallery(ann, ann.sends_photo(photo("olive"), "poppies"))
    await ann.chat.until(lambda _: finished(new))
    assert shows(message, texts.ask_style())


async def test_another_caption_gets_the_gallery(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal"), "my cat Waverley"))
    assert shows(message, texts.gallery())


@pytest.mark.parametrize("caption", ["van gogh", "wave + auvers"])
async def test_a_caption_that_may_name_a_painting_gets_the_gallery_with_a_question(bot, ann, caption):
    message = await gallery(ann, ann.sends_photo(photo("teal"), caption))
    assert shows(message, str(unknown_style(caption, PAINTINGS)), "Did you mean", texts.gallery())


@pytest.mark.parametrize("language", languages.languages())
def test_the_bot_s_own_captions_are_nobody_s_words(spoken):
    one, other = (painting for painting in PAINTINGS if painting.name in ("great-wave", "poppies"))
    for caption in (texts.done("", [one]), texts.done("", [one, other]), texts.timelapse(texts.title(other))):
        assert is_own_caption(caption, PAINTINGS)
    for words in (texts.title(one), texts.label(other), texts.artist(one), texts.before_and_after(), ""):
        assert not is_own_caption(words, PAINTINGS)


async def test_a_painting_that_is_sent_back_gets_the_gallery_without_a_question(bot, ann):
    _, painted = await finished_painting(ann)
    message = await gallery(ann, ann.sends_photo(painted.photo, painted.now.body))
    assert message.now.body == texts.gallery()


async def test_an_album_with_a_wish_starts_at_once(bot, ann):
    sent = ann.sends_album([photo(color) for color in ("teal", "olive", "navy")], "poppies, soft")
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.album_state(3, 3, 0)), within=20)
    assert len({m.media_group_id for m in ann.chat.from_bot if m.media_group_id}) == 1
    assert shows(control, "Poppies")


async def test_killed_in_between_a_wish_is_painted_once(bot_process, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--seconds", "0.2", "--die", "after:jobs.enqueue:1"]
    await bot_process.start()
    sent = ann.sends_photo(photo("teal"), "great wave")
    await bot_process.process.wait()
    bot_process.command = bot_process.command[:-2]
    await bot_process.start()
    message = await gallery(ann, sent)
    await ann.chat.until(lambda _: finished(message))
    assert ann.chat.from_bot == [message]
