"""A bot's database file, read or changed by somebody beside the bot."""

import contextlib
import sqlite3


@contextlib.contextmanager
def open_beside(folder):
    """A connection to the `bot.sqlite` in this folder: committed at the end, and closed.

    sqlite3's own `with` only commits: from Python 3.13 on, a connection that nobody closes is a ResourceWarning.
    """
    with contextlib.closing(sqlite3.connect(folder / "bot.sqlite")) as connection, connection:
        yield connection
