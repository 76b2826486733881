"""The gallery as one picture."""

import numpy as np
from PIL import Image

from styler.gallery import load_gallery
from styler.gallery.contact_sheet import CELL, COLUMNS, GAP, LABEL, contact_sheet, labelled
from tests.support.chat import opened


def test_a_last_row_that_is_not_full_is_there_with_its_names():
    paintings = load_gallery()[: COLUMNS + 1]
    sheet = contact_sheet([Image.open(painting.path) for painting in paintings])
    assert sheet.size == (1280, GAP + 2 * (CELL[1] + LABEL))
    top = GAP + CELL[1] + LABEL
    assert np.asarray(sheet.crop((GAP, top, GAP + CELL[0], top + CELL[1]))).std() > 20
    names = opened(labelled(sheet, [painting.label for painting in paintings])).crop((0, top + CELL[1], *sheet.size))
    assert np.asarray(names)[:, : GAP + CELL[0]].min() < 100, "ink"
    assert np.asarray(names)[:, GAP + CELL[0] :].min() > 200, "paper"
