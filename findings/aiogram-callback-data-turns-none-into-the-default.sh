#!/usr/bin/env bash
# One would guess: what a button of aiogram carries, packed by CallbackData.pack(), comes back from unpack() as it
# was, None included: pack() takes None, and a field may be declared as `int | None`.
#
# What is so: None is packed as nothing, and nothing is unpacked as the field's default. Where that is not None, the
# button says the contrary of what it was made for: with `strength: int | None = 80`, a button "as it is"
# (strength=None) comes back with 80. An empty text comes back as the default, too, also in a field that may not be
# None; only in a field without a default it stays. So a button can set such a field, and never clear it. No error, no
# warning.
#
# Who meets it: keyboards of settings, filters and pages, whose buttons take a choice back. Give such fields the
# default None, or a value of its own for "none".
#
# Source: run here; aiogram/filters/callback_data.py: pack() writes "" for None, unpack() puts field.default for ""
# where a field may be None or has a default. The documentation's page "Callback Data Factory & Filter" has no word of
# it; pull request 1370 of github.com/aiogram/aiogram is about fields that may be None and have no default.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aiogram==3.31.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

from aiogram.filters.callback_data import CallbackData


class Paint(CallbackData, prefix="paint"):
    kind: str
    style: str = "wave"
    strength: int | None = 80
    frame: bool | None = True
    title: str | None = "untitled"
    size: int | None = None
    note: str | None = None


def made(values: dict[str, object]) -> str:
    return Paint(**{"kind": "oil", **values}).pack()


defaults = Paint(kind="oil").model_dump()
print("aiogram", version("aiogram"))
print(f"  the defaults: {defaults}")
changed = {}
for values in ({"strength": 0, "frame": False, "size": 512, "title": "Sea"}, {"strength": None}, {"frame": None},
               {"title": None}, {"title": ""}, {"note": ""}, {"style": ""}, {"kind": ""}, {"size": None}):
    came = Paint.unpack(made(values)).model_dump()
    changed[str(values)] = [(name, came[name]) for name, value in values.items() if came[name] != value]
    print(f"  {values} is packed as {made(values)!r}; "
          f"otherwise comes back: {dict(changed[str(values)]) or 'nothing'}")
assert changed == {
    "{'strength': 0, 'frame': False, 'size': 512, 'title': 'Sea'}": [],
    "{'strength': None}": [("strength", 80)],
    "{'frame': None}": [("frame", True)],
    "{'title': None}": [("title", "untitled")],
    "{'title': ''}": [("title", "untitled")],
    "{'note': ''}": [("note", None)],
    "{'style': ''}": [("style", "wave")],
    "{'kind': ''}": [],
    "{'size': None}": [],
}, "this has changed"
PY
