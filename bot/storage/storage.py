"""All tables over one connection."""

from __future__ import annotations

from bot.storage.database import Database
from bot.storage.job_search import JobSearch
from bot.storage.jobs import JobTable
from bot.storage.photos import PhotoTable
from bot.storage.queue import JobQueue
from bot.storage.retention import Retention
from bot.storage.updates import UpdateTable
from bot.storage.users import UserTable


class Storage:
    """What must survive a crash. Each part is handed to those who use it. `keep_counts` is for `Retention`."""

    def __init__(self, database: Database, *, keep_counts: bool = False) -> None:
        self.database = database
        self.updates = UpdateTable(database)
        self.photos = PhotoTable(database)
        self.users = UserTable(database)
        self.jobs = JobTable(database)
        self.job_search = JobSearch(database)
        self.queue = JobQueue(database)
        self.retention = Retention(database, keep_counts=keep_counts)
