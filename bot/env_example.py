"""`python -m bot.env_example > .env.example`: every setting with its meaning and its default, made from `Config`."""

from __future__ import annotations

import dataclasses

from bot.config import NOT_FOR_ALL, STYLER, Config
from styler.argument_parser import ArgumentParser
from styler.settings import Settings

HEAD = """\
# The settings of the bot. Copy this file to .env, and remove the # before what you choose.
# A line is NAME=value, without spaces around the equals sign. A value with $ or # stands in single quotes.
"""
EXAMPLES = {
    "telegram_bot_token": "123456789:ABCdef",
    "webhook_url": "https://example.org/painter",
    "cuda_visible_devices": "0,1",
    "gallery_dir": "paintings",
    "allowed_users": "123456789,-1001234567890",
    "admins": "123456789",
    "max_per_day": "20",
    "max_size": "2048",
    "metrics_listen": "127.0.0.1:9464",
}


def env_example() -> str:
    """The text of `.env.example`."""
    lines = [HEAD]
    for name, field in Config.model_fields.items():
        if name != "styler":
            lines.append(f"# {field.description}\n#{name.upper()}={EXAMPLES.get(name) or _text(field.default)}\n")
    lines.append("# The options of the painter.\n")
    lines += [
        f"# {one.metadata['text']}\n#{STYLER}{one.name.upper()}={_text(one.default)}\n"
        for one in dataclasses.fields(Settings)
        if one.name not in NOT_FOR_ALL
    ]
    return "\n".join(lines)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)


if __name__ == "__main__":
    ArgumentParser("python -m bot.env_example", description=__doc__).parse_args()
    print(env_example(), end="")
