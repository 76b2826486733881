"""Captions as commands: what they mean, and that they start at once."""

import pytest

from bot.handlers.caption_parser import (
    BACK,
    CANCEL,
    Remark,
    is_own_caption,
    parse_caption,
    parse_caption_wishes,
    parse_change,
    parse_more,
    parse_remark,
    parse_settings,
    unknown_style,
)
from bot.i18n import languages, texts
from bot.options import COMPARE, LARGER, MORE_OF, STEPS, TIMELAPSE
from styler.gallery import load_gallery
from tests.support.chat import finished, finished_painting, gallery, opened, painting, shows
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
        ("popies medium", "poppies", {"strength": "medium"}),
        ("cafe terrace", "cafe-terrace-at-night", {}),
        ("Night Café", "night-cafe", {}),
        ("village", "village-street-in-auvers", {}),
        ("the wave", "great-wave", {}),
        ("wave please", "great-wave", {}),
        ("in the style of the great wave, strong", "great-wave", {"strength": "strong"}),
        ("wave & poppies", "great-wave+poppies", {}),
        ("wave and poppies, strong", "great-wave+poppies", {"strength": "strong"}),
        ("Mohnblumen mit Kandinsky", "poppies+composition-viii", {}),
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
        ("paint wave, even stronger", "great-wave", {STEPS: 1}),
        ("now try poppies instead, pls", "poppies", {}),
        ("poppies, very strong", "poppies", {"strength": "strong"}),
        ("great wave but with my colours", "great-wave", {"keep_colors": True}),
        ("mix wave and poppies", "great-wave+poppies", {}),
        ("jetzt die große Welle", "great-wave", {}),
        ("la gran ola", "great-wave", {}),
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
        "Great!",
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


REMARKS = {
    "en": "great|Great!|so great|this is great|thanks|Thank you so much!|thx|wow|wow!!|nice|very nice|cool|OK|okay|"
    "k|super|perfect|awesome|amazing|beautiful|so beautiful!|lovely|I love it|good job|well done|bravo|"
    "excellent|brilliant|hello|hi|good morning|good night|bye|see you|yes|no|yep|sure|lol|haha|omg|oh|oops|"
    "sorry|never mind|who are you?|help|stop|cancel|wait|more|done|test|ugly|I don't like it|"
    "terrible, try again|the best|👍|❤️|🔥🔥|...|what?|is it free|well well|looks good to me|"
    "can you paint my dog?|how much does it cost|call me|let me see|review|mission|pain|remove",
    "de": "Danke|danke schön|vielen Dank!|super|toll|sehr schön|wunderschön|klasse|geil|cool, danke|hallo|"
    "guten Morgen|gute Nacht|tschüss|ja|nein|genau|krass|der Hammer|nicht schlecht|gefällt mir|großartig|"
    "könnte besser sein|alter|was kannst du|noch nie gesehen|Leute|rede nicht|Abend|Nacht|große",
    "fr": "merci|Merci beaucoup !|génial|bonjour|salut|bonne nuit|oui|non|d'accord|c'est beau|magnifique|très beau|"
    "parfait|j'adore|top|au revoir|trop fort|à bientôt|pas mal|son|soir|nuit|vers|grand",
    "es": "gracias|muchas gracias|genial|hola|buenos días|buenas noches|sí|vale|perfecto|qué bonito|me encanta|guay|"
    "adiós|gran|grande|noche|para|ver|señor",
    "pt": "obrigado|muito obrigada!|valeu|olá|oi|bom dia|boa noite|sim|não|legal|que lindo|adorei|maravilhoso|tchau|"
    "grande|noite|para|ver|vão",
    "ru": "спасибо|спасибо большое!|класс|круто|супер|очень красиво|здорово|привет|добрый день|спокойной ночи|да|"
    "нет|ладно|хорошо|вау|прикольно|мне нравится|пока|большая|ночь|со|лет",
}


@pytest.mark.parametrize("code", REMARKS)
def test_what_people_say_in_chats_paints_nothing(code):
    languages.activate(code)
    painted = [said for said in REMARKS[code].split("|") if parse_caption(said, PAINTINGS)]
    languages.activate(languages.DEFAULT)
    assert painted == []


def test_plain_remarks_are_no_unknown_paintings():
    """Of all those above, but for words of titles and some that mean nothing by themselves."""
    others = "well well|call me|let me see|review|mission|pain|könnte besser sein|alter|noch nie gesehen|Leute|"
    others += "rede nicht|Abend|Nacht|große|son|soir|nuit|vers|grand|gran|grande|noche|para|ver|señor|noite|"
    others += "vão|большая|ночь|со|лет|remove"
    said = {said for some in REMARKS.values() for said in some.split("|")} - set(others.split("|"))
    assert len(said) > 150
    assert [each for each in said if parse_remark(each) is None] == []


@pytest.mark.parametrize("language", languages.languages())
def test_no_name_of_a_painting_is_a_remark(spoken):
    for one in PAINTINGS:
        for name in (one.name, texts.title(one), texts.label(one)):
            assert str(parse_caption(name, PAINTINGS).style) == one.name
            assert parse_remark(name) not in (Remark.PRAISE, Remark.GREETING)
        assert parse_remark(texts.artist(one)) is None


@pytest.mark.parametrize(
    ("said", "offered"),
    [("summer", "summertime"), ("große", "great-wave"), ("elder", "the-harvesters"), ("mohnblum", "poppies")],
)
def test_a_word_that_is_too_little_of_a_name_is_asked_about(said, offered):
    assert parse_caption(said, PAINTINGS) is None
    assert [painting.name for painting in unknown_style(said, PAINTINGS).suggested] == [offered]


EVERYDAY = {
    "en": "my house|at the beach|right|light|even|team|call|in|by|provide|point|green|video|fight|better at night?|"
    "like a pencil drawing|the starry night|the face is strange|sometimes|something darker|what about the sky",
    "de": "könnte|nächste|das nächste|alte|frau|raum|reden|Leute|noch|in|mein Haus|am Strand|im Garten|"
    "auf dem Weg nach Hause|Sternennacht|etwas dunkler|wie vorher|Woche|Mond|damals|bald|gerade",
    "fr": "la maison|ma maison|maisons|mission|reste|souvent|dire|sur|pourrait|point|tête|saison|la nuit étoilée|"
    "mon chien dans la rue|combien de temps|dans le jardin|êtes|vraiment",
    "es": "mi casa|suerte|buena suerte|fuente|hermano|verdad|frente|en|solo|pero|señor|este|la noche estrellada|"
    "en la playa|el primero era mejor|pequeño|siento",
    "pt": "minha casa|nova versão|senhor|verdade|governo|na praia|disso|em|ponto|vejo|a noite estrelada|deve|área|"
    "o primeiro era melhor|pequeno",
    "ru": "мой дом|на пляже|такие|какие|место|в|на|пусть|масло|они|звёздная ночь|первая была лучше|бабушка|легко",
}


@pytest.mark.parametrize("language", EVERYDAY)
def test_words_of_every_day_are_no_slips_of_the_pen_in_names(spoken, language):
    said = EVERYDAY[language].split("|")
    assert [each for each in said if parse_caption(each, PAINTINGS)] == []
    meant = {each: [painting.name for painting in unknown_style(each, PAINTINGS).suggested] for each in said}
    assert {each: names for each, names in meant.items() if names} == {}


def test_slips_of_the_pen_are_forgiven_in_english_and_in_the_language_spoken():
    assert parse_caption("Monblumen", PAINTINGS) is None
    languages.activate("de")
    assert str(parse_caption("Monblumen", PAINTINGS).style) == "poppies"
    assert str(parse_caption("grate wave", PAINTINGS).style) == "great-wave"
    languages.activate(languages.DEFAULT)


@pytest.mark.parametrize(
    ("said", "settings"),
    [
        ("stronger, as a file", {STEPS: 1, "format": "png"}),
        ("strong and larger", {"strength": "strong", LARGER: True}),
        ("Make it bigger, please, but softer!", {STEPS: -1, LARGER: True}),
        ("again, stronger", {STEPS: 1}),
        ("too strong", {STEPS: -1}),
        ("größer und stärker", {STEPS: 1, LARGER: True}),
        ("en fichier et plus fort", {STEPS: 1, "format": "png"}),
        ("softer, as a document", {STEPS: -1, "format": "png"}),
        ("painting's colours", {"keep_colors": False}),
        ("painting’s colours", {"keep_colors": False}),
        ("Great, but stronger please", {STEPS: 1}),
        ("wow! even stronger 🔥", {STEPS: 1}),
        ("love it, now as a file", {"format": "png"}),
        ("It's a bit too strong for me", {STEPS: -1}),
        ("could you make it softer, pls?", {STEPS: -1}),
        ("schön, aber stärker bitte", {STEPS: 1}),
        ("Супер, теперь крупнее!", {LARGER: True}),
        ("softest", {"strength": "soft"}),
        ("as strong as possible", {"strength": "strong"}),
        ("my colours", {"keep_colors": True}),
        ("so strong!", {}),
        ("lovely soft colours", {}),
        ("i love my colours", {}),
        ("don't make it stronger", {}),
        ("not larger", {}),
        ("again", {}),
        ("and", {}),
        ("before and after", {}),
    ],
)
def test_several_wishes_in_one_message(said, settings):
    assert parse_settings(said) == settings


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("OK, stop", CANCEL),
        ("stop now!", CANCEL),
        ("can you stop?", CANCEL),
        ("cancel everything please", CANCEL),
        ("genial, para", CANCEL),
        ("don't stop", ""),
        ("para mí", ""),
        ("okay", ""),
        ("before & after", COMPARE),
        ("side by side", COMPARE),
        ("how was it painted?", TIMELAPSE),
        ("Zeitraffer", TIMELAPSE),
        ("never mind", BACK),
        ("tant pis", BACK),
    ],
)
def test_what_buttons_do_by_other_words(said, change):
    assert parse_change(said) == change


def test_none_of_what_people_say_every_day_is_a_wish_or_a_button_s_word():
    said = [each for lists in (REMARKS, EVERYDAY) for some in lists.values() for each in some.split("|")]
    assert [each for each in said if parse_settings(each)] == []
    assert {parse_change(each) for each in said} == {"", BACK, CANCEL}
    assert {each for each in said if parse_change(each) == CANCEL} == {"stop", "cancel", "para"}


@pytest.mark.parametrize(
    ("said", "wishes"),
    [
        ("more poppies", {MORE_OF: "more-second"}),
        ("A bit more of the wave, please", {MORE_OF: "more-first"}),
        ("less poppies", {MORE_OF: "more-first"}),
        ("more poppies, less wave", {MORE_OF: "more-second"}),
        ("more great wave and stronger", {MORE_OF: "more-first", STEPS: 1}),
        ("larger, less wave", {MORE_OF: "more-second", LARGER: True}),
        ("Mehr: Mohnblumen", {MORE_OF: "more-second"}),
        ("mehr Welle", {MORE_OF: "more-first"}),
        ("plus de coquelicots", {MORE_OF: "more-second"}),
        ("más amapolas y más intenso", {MORE_OF: "more-second", STEPS: 1}),
        ("Больше: Маки", {MORE_OF: "more-second"}),
        ("more poppies, more wave", {}),
        ("more harvesters", {}),
        ("more", {}),
        ("more poppies in my garden", {}),
        ("more of my picture", {}),
        ("poppies", {}),
    ],
)
def test_more_of_one_of_two(said, wishes):
    styles = [next(each for each in PAINTINGS if each.name == name) for name in ("great-wave", "poppies")]
    assert parse_more(said, styles) == wishes


@pytest.mark.parametrize("language", languages.languages())
def test_the_buttons_for_more_of_one_are_understood_as_words(spoken):
    for first in PAINTINGS:
        for style, more in ((first, "more-first"), (None, "more-second")):
            assert parse_more(texts.more_of(style), [first, None]) == {MORE_OF: more}


@pytest.mark.parametrize("said", ["wave + poppies + village", "wave, poppies and village", "wave & poppies & dream"])
def test_of_three_paintings_it_is_said_that_two_are_blended(said):
    assert str(unknown_style(said, PAINTINGS)) == texts.two_at_most(PAINTINGS[0], PAINTINGS[5])


def test_a_painting_and_several_wishes():
    found = parse_caption("the great wave, stronger, as a file", PAINTINGS)
    assert (str(found.style), found.settings) == ("great-wave", {STEPS: 1, "format": "png"})


@pytest.mark.parametrize(
    ("said", "settings"),
    [
        ("even stronger, please", {STEPS: 1}),
        ("much softer", {"strength": "soft"}),
        ("noch stärker", {STEPS: 1}),
        ("zu stark", {STEPS: -1}),
        ("encore plus fort", {STEPS: 1}),
        ("mucho más intenso", {"strength": "strong"}),
        ("ainda mais suave", {STEPS: -1}),
        ("forte demais", {STEPS: -1}),
        ("Ещё сильнее!", {STEPS: 1}),
    ],
)
def test_words_for_the_strength_and_for_a_step_of_it(said, settings):
    assert parse_settings(said) == settings


@pytest.mark.parametrize("language", languages.languages())
def test_the_buttons_for_softer_and_stronger_are_steps_as_words_too(spoken):
    assert [parse_settings(button()) for button in (texts.softer, texts.stronger)] == [{STEPS: -1}, {STEPS: 1}]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("van gogh", {"cafe-terrace-at-night", "church-at-auvers", "village-street-in-auvers", "night-cafe"}),
        (
            "can it be something like van gogh?",
            {"cafe-terrace-at-night", "church-at-auvers", "village-street-in-auvers", "night-cafe"},
        ),
        ("a mixture of great wave and the poppies", {"great-wave", "poppies"}),
        ("I would rather have the Night Café now", {"night-cafe"}),
        ("auvers", {"church-at-auvers", "village-street-in-auvers"}),
        ("harvestres by bruegel", {"the-harvesters"}),
        ("xylophone", set()),
        ("wave + auvers", {"church-at-auvers", "village-street-in-auvers"}),
        ("portrait", {"pere-tanguy"}),
        ("cafe night", {"cafe-terrace-at-night", "night-cafe"}),
        ("wavee", {"great-wave"}),
        ("hokusay wavee", {"great-wave"}),
        ("poppys", {"poppies"}),
        ("kandinski", {"composition-viii"}),
        ("photo of bridget", set()),
        ("wavee?", {"great-wave"}),
        ("no", set()),
        ("undo", set()),
        ("wave + undo", set()),
        ("the scream by edvard munch", set()),
        ("great day at the beach with the kids", set()),
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
    other = ann.sends_photo(photo("olive"))
    await gallery(ann, other)
    ann.sends_text(words)
    await ann.chat.until(lambda chat: any(map(finished, chat.answers(other))))


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


async def test_a_wish_without_a_name_counts_for_the_painting_that_is_chosen_then(bot, ann):
    sent = ann.sends_photo(photo("teal"), "Strong please, and keep my colours")
    message = await gallery(ann, sent)
    wished = texts.wished({"strength": "strong", "keep_colors": True}, 0, False)
    assert message.now.body == f"{texts.gallery()}\n{wished}"
    await ann.presses(message, "Poppies")
    await painting(ann, message)
    assert shows(message, "Poppies, strong", texts.in_own_colors())
    ann.sends_text("great wave, soft")
    await ann.chat.until(lambda chat: any(finished(m) and shows(m, "Kanagawa, soft") for m in chat.answers(sent)))
    stepped = await gallery(ann, ann.sends_photo(photo("teal"), "stronger, larger"))
    assert shows(stepped, texts.wished({}, 1, True))
    await ann.presses(stepped, "Poppies")
    await painting(ann, stepped)
    assert shows(stepped, "Poppies, strong")
    assert opened(stepped.photo).width == 768


async def test_a_wish_under_one_photo_of_an_album_is_for_all_of_it(bot, ann):
    media = [ann.photo(photo(color)) for color in ("teal", "olive")]
    sent = [ann.sends_media(each, words, album="7") for each, words in zip(media, ("", "as a file"), strict=True)]
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album(), texts.wished({"format": "png"}, 0, False)))
    await ann.presses(control, "Poppies")
    await ann.chat.until(lambda _: shows(control, texts.album_state(2, 2, 0)))
    assert sum(bool(m.document) for m in ann.chat.from_bot) == 2


async def test_a_wish_may_come_by_an_edit_and_go_by_one(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    ann.edits(sent, "strong")
    await ann.chat.until(lambda _: shows(message, texts.wished({"strength": "strong"}, 0, False)))
    ann.edits(sent, "")
    await ann.chat.until(lambda _: message.now.body == texts.gallery())
    await ann.presses(message, "Poppies")
    await painting(ann, message)
    assert not shows(message, "strong")


@pytest.mark.parametrize("caption", ["van gogh", "wave + auvers"])
async def test_a_caption_that_may_name_a_painting_gets_the_gallery_with_a_question(bot, ann, caption):
    message = await gallery(ann, ann.sends_photo(photo("teal"), caption))
    assert shows(message, str(unknown_style(caption, PAINTINGS)), "Did you mean", texts.gallery())


@pytest.mark.parametrize("caption", ["van gogh, stronger", "stronger, van gogh"])
async def test_a_wish_beside_a_name_that_leaves_open_which_is_kept_for_the_one_that_is_chosen(bot, ann, caption):
    sent = ann.sends_photo(photo("teal"), caption)
    message = await gallery(ann, sent)
    assert shows(message, "Did you mean", texts.wished({}, 1, False))
    await ann.presses(message, "Poppies")
    await painting(ann, message)
    assert shows(message, "Poppies, strong")
    ann.edits(sent, "van gogh")
    ann.sends_text("great wave", reply_to=sent)
    await ann.chat.until(lambda chat: any(finished(m) and m.now.body.startswith("The Great") for m in chat.from_bot))
    assert not any(shows(m, "Kanagawa, strong") for m in ann.chat.from_bot), "the caption wishes it no more"


@pytest.mark.parametrize("said", ["van gogh, stronger", "stronger"])
async def test_a_wish_after_the_photo_is_kept_for_the_painting_that_is_chosen_then(bot, ann, said):
    message = await gallery(ann, ann.sends_photo(photo("teal"), "as a file"))
    ann.sends_text(said)
    await ann.chat.until(lambda _: shows(message, texts.wished({"format": "png"}, 1, False)))
    await ann.presses(message, "Poppies")
    await ann.chat.until(lambda _: finished(message))
    assert shows(message, "Poppies, strong")
    assert message.document


async def test_a_wish_under_the_picture_of_a_style_counts_though_it_tells_whose_picture_it_is(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, texts.own_style())
    ann.sends_photo(photo("orange"), "van gogh, strong")
    await painting(ann, message)
    assert shows(message, texts.how([None], (), "strong"))


async def test_words_of_which_one_is_like_a_wish_by_chance_wish_for_nothing(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal"), "My strong little brother"))
    assert message.now.body == texts.gallery()


@pytest.mark.parametrize(
    ("said", "style", "settings"),
    [
        ("the poppies", "poppies", {}),
        ("die Mohnblumen, danke!", "poppies", {}),
        ("les coquelicots et la vague", "poppies+great-wave", {}),
        ("las amapolas", "poppies", {}),
        ("great wave please, and thank you", "great-wave", {}),
        ("wave in my colours", "great-wave", {"keep_colors": True}),
        ("Welle in meinen Farben", "great-wave", {"keep_colors": True}),
        ("vague, garde mes couleurs", "great-wave", {"keep_colors": True}),
        ("волна, сохрани мои цвета", "great-wave", {"keep_colors": True}),
    ],
)
def test_articles_thanks_and_other_words_for_one_s_colours_name_the_same(said, style, settings):
    request = parse_caption(said, PAINTINGS)
    assert (str(request.style), request.settings) == (style, settings)


@pytest.mark.parametrize("said", ["what the dog saw", "the end", "thanks", "the", "la la la", "die"])
def test_an_article_makes_no_name_of_other_words(said):
    assert parse_caption(said, PAINTINGS) is None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_artist_whose_name_is_short_is_known(spoken):
    assert len(unknown_style("ван гог", PAINTINGS).suggested) == 4


@pytest.mark.parametrize(
    ("caption", "wishes"),
    [
        ("Mona Lisa, stronger, as a file", {STEPS: 1, "format": "png"}),
        ("Sunflowers\nlarger", {LARGER: True}),
        ("Our strong dog, and a larger cat", {}),
        ("Poppies, strong\nafter Katsushika Hokusai, 1833", {}),
    ],
)
def test_a_wish_that_stands_apart_under_a_photo_counts_whatever_else_is_there(caption, wishes):
    assert parse_caption_wishes(caption, PAINTINGS) == wishes


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
