"""Numbers, sizes and times, in the language that is spoken."""

from __future__ import annotations

import math
from collections.abc import Sequence

from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from bot.i18n.languages import current

# CLDR 48 has a minimumGroupingDigits of 2 for these, which Babel does not read: 1024, but 12.345.
GROUPED_FROM_FIVE_DIGITS = frozenset(["be", "bg", "es", "et", "hu", "hy", "it", "ka", "lv", "pl", "pt_PT", "sl", "sq"])


def number(value: float) -> str:
    """With the language's own separators: 1,024 or 1.024, and 1024 in Spanish. For pixels, see `pixels`."""
    return format_decimal(value, locale=current(), group_separator=_grouped(value))


def _grouped(value: float) -> bool:
    return abs(value) >= 10_000 or current() not in GROUPED_FROM_FIVE_DIGITS


def _with_unit(value: float, unit: str) -> str:
    """CLDR's short form, the number written as by `number`."""
    return format_unit(value, unit, "short", None if _grouped(value) else "0.###", locale=current())


def pixels(value: float) -> str:
    """A length in pixels, without separators, as cameras and programs write it: 1024, 4000."""
    return str(round(value))


def percent(share: float) -> str:
    """0 to 1 as a whole percentage."""
    return format_percent(share, locale=current())


def seconds(value: float) -> str:
    return _with_unit(round(value), "duration-second")


def duration(value: float) -> str:
    """A time of `value` seconds, only as exact as can be promised: to five seconds, or to a minute."""
    if value < 90:
        return seconds(max(5, 5 * round(value / 5)))
    return _with_unit(round(value / 60), "duration-minute")


def hours(value: float) -> str:
    """A time of `value` seconds in hours and minutes, rounded up to a minute: 5 hr 20 min."""
    whole, minutes = divmod(max(1, math.ceil(value / 60)), 60)
    parts = (whole, "duration-hour"), (minutes, "duration-minute")
    return " ".join(_with_unit(part, unit) for part, unit in parts if part)


def megabytes(size: float) -> str:
    """Of `size` bytes, of 2^20 bytes as in Telegram's apps; rounded up, so that what is over a limit looks like it."""
    tenths = math.ceil(size * 10 / 2**20)
    whole = tenths // 10 if tenths % 10 == 0 else tenths / 10
    return _with_unit(whole, "digital-megabyte")


def megapixels(value: float) -> str:
    return _with_unit(float(f"{value:.4g}"), "graphics-megapixel")


def enumeration(parts: Sequence[str]) -> str:
    """'One, two and three'."""
    return format_list(parts, locale=current())


def alternatives(parts: Sequence[str]) -> str:
    """'One, two or three'."""
    return format_list(parts, style="or", locale=current())
