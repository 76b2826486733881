"""What buttons mean: packed, parsed, and the same for ever, because old messages keep their buttons."""

import pytest

from bot.chat import callback_data
from bot.chat.callback_data import (
    BackToGallery,
    BlendWithCustom,
    CallbackData,
    CancelAlbum,
    CancelJob,
    CancelListed,
    ChangeJob,
    ChooseForBlend,
    ChooseLanguage,
    ChoosePainting,
    ChoosePreference,
    ChooseWeights,
    PaintAnother,
    RequestStyle,
    ShowLanguages,
    ShowPaintings,
    ShowPreferences,
    StopEarly,
    SwitchLive,
    UseSecondAsStyle,
)

LARGEST = 10**18 - 1
ACTIONS = [one for one in vars(callback_data).values() if isinstance(one, type) and one.__base__ is CallbackData]
SENT = {  # the buttons in people's chats
    "paint:17:great-wave": ChoosePainting(17, "great-wave"),
    "all:17:great-wave": ChoosePainting(17, "great-wave", for_album=True),
    "second:17": UseSecondAsStyle(17),
    "mix:17": ChooseForBlend(17),
    "mixall:17:0123abcd": ChooseForBlend(17, "0123abcd", for_album=True),
    "mix:17:0123abcd:89abcdef": ChooseForBlend(17, "0123abcd", "89abcdef"),
    "mix:17:0123abcd:own": BlendWithCustom(17, "0123abcd"),
    "mix:17:0123abcd:89abcdef:4": ChooseWeights(17, "0123abcd", "89abcdef", 4),
    "mixall:17:0123abcd:own:0": ChooseWeights(17, "0123abcd", "own", 0, for_album=True),
    "live:17": SwitchLive(17),
    "own:17": RequestStyle(17),
    "ownall:17": RequestStyle(17, for_album=True),
    "back:17": BackToGallery(17),
    "backall:17": BackToGallery(17, for_album=True),
    "mix:17:p2": ChooseForBlend(17, page=2),
    "mixall:17:0123abcd:p12": ChooseForBlend(17, "0123abcd", for_album=True, page=12),
    "mix:17:0123abcd:89abcdef:p1": ChooseForBlend(17, "0123abcd", "89abcdef", page=1),
    "mix:17:0123abcd:own:p3": BlendWithCustom(17, "0123abcd", page=3),
    "own:17:p7": RequestStyle(17, page=7),
    "ownall:17:p7": RequestStyle(17, for_album=True, page=7),
    "back:17:p7": BackToGallery(17, page=7),
    "backall:17:p119": BackToGallery(17, for_album=True, page=119),
    "paintings": ShowPaintings(),
    "paintings:p7": ShowPaintings(7),
    "again:17": PaintAnother(17),
    "againall:17": PaintAnother(17, for_album=True),
    "redo:5:strong": ChangeJob(5, "strong"),
    "redo:5:1024": ChangeJob(5, "1024"),
    "cancel:5": CancelJob(5),
    "drop:5": CancelListed(5),
    "stop:17": CancelAlbum(17),
    "keep:5": StopEarly(5),
    "choose:size:768": ChoosePreference("size", "768"),
    "choose:language:de": ChooseLanguage("de"),
    "languages": ShowLanguages(),
    "settings": ShowPreferences(),
}


@pytest.mark.parametrize(("data", "action"), SENT.items(), ids=SENT)
def test_a_button_means_what_it_meant_when_it_was_sent(data, action):
    assert action.pack() == data
    assert [kind.parse(data) for kind in ACTIONS if kind.parse(data)] == [action]


def test_each_action_is_among_them():
    assert {type(action) for action in SENT.values()} == set(ACTIONS)


@pytest.mark.parametrize(
    "data",
    ["", "paint", "paint:", "paint:17", "paint:x:great-wave", "paint:17:Great Wave", f"paint:{10**18}:x", "paint:-1:x",
     "paint:17:great-wave\n", " paint:17:x", "mix:17:0123ABCD", "mix:17:0123abcd:own:5", "redo:5:", "redo:5:12345",
     "choose:format:png", "choose:language:", "languages:1", "cancel:5:5", "back:17:p0", "back:17:7", "back:17:p12345",
     "paintings:", "mix:17:0123abcd:89abcdef:4:p1", "paint:١٧:x"],
)  # fmt: skip
def test_forged_data_means_nothing(data):
    assert not [kind for kind in ACTIONS if kind.parse(data)]


def test_the_longest_data_fits():
    mixed = ChooseForBlend(LARGEST, "0123abcd", "89abcdef", for_album=True, page=9999)
    longest = [mixed, ChooseWeights(LARGEST, "0123abcd", "89abcdef", 4, for_album=True), ChangeJob(LARGEST, "x" * 16)]
    assert max(len(action.pack().encode()) for action in longest) <= 64
