"""What the tests of clips in chats share: how much of a clip a message shows, and what is recorded of it."""

import io
import json
import re

from styler.video.reader import ClipReader
from tests.support.chat import finished, until_rows


def moves(message):
    """It shows a clip while more of it is painted."""
    return message.now.media.kind != "photo" and not finished(message)


def frames(message):
    return ClipReader(io.BytesIO(message.now.media.file.data), 100).frames


def counted(message, since=0):
    """The frames at which the message said it was, from this version on."""
    said = (re.search(r"frame (\d+) of", version.body) for version in message.versions[since:])
    return [int(found[1]) for found in said if found]


async def until_recorded(bot, message, width=96):
    """What the message shows is in its job's row."""
    file = message.now.media.file
    checkpoint = {"file_id": file.file_id, "frames": frames(message), "width": width, "height": width * 2 // 3}
    await until_rows(bot, "SELECT checkpoint FROM jobs", [(json.dumps(checkpoint),)])
