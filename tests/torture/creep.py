"""Promise 15: memory does not grow; after thousands of jobs the bot is as small as after the first."""

import psutil

from tests.torture.kills import PEOPLE, Crowd
from tests.torture.kit import Tally, bot_at_work, check_log, check_rows, until_idle

MB = 2**20
CONNECTIONS = 2 * PEOPLE  # how many are kept open depends on how many requests were once under way together


async def creep(jobs, parts=5, most_per_thousand=1.0):
    """Measure resident memory, handles and the write-ahead log after each part. The first part is the warm-up."""
    tally, memory, handles, logs = Tally(), [], [], []
    async with bot_at_work("--slots", 4, "--seconds", 0, LOG_LEVEL="WARNING") as bot:
        process, people = psutil.Process(bot.process.pid), None
        for _ in range(parts):
            crowd = Crowd(bot, jobs // parts, people=people, unhappy=10**9)
            people = crowd.people
            crowd.give_leave(jobs // parts)
            await crowd.served()
            await until_idle(bot)
            tally.counted["jobs"] += len(crowd.orders)
            memory.append(process.memory_info().rss / MB)
            handles.append(process.num_fds())
            logs.append((bot.data / "bot.sqlite-wal").stat().st_size / MB)
        check_rows(bot, tally)
        check_log(bot, tally)
    growth = (memory[-1] - memory[0]) / (jobs * (parts - 1) / parts / 1000)
    tally.measured |= {
        "resident": f"{memory[0]:.1f} to {memory[-1]:.1f} MB ({growth:+.2f} MB per 1,000)",
        "handles": f"{handles[0]} to {handles[-1]}",
        "WAL": f"{max(logs):.1f} MB",
    }
    tally.expect(growth < most_per_thousand, f"{growth:.2f} MB per 1,000 jobs")
    tally.expect(handles[-1] <= handles[0] + CONNECTIONS, f"handles: {handles}")
    tally.expect(max(logs) < 16, f"WAL of {max(logs):.1f} MB")
    return tally
