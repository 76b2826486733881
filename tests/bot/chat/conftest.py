"""The tests of a file share a bot."""

from tests.support.shared_bot import bot, server  # noqa: F401
