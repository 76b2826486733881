#!/usr/bin/env bash
# One would guess: if a task is cancelled, by a time-out or since a bot stops, while it waits in `await
# db.execute("INSERT ...")` of aiosqlite, and above all while that has not begun, as another statement is at work,
# then it is not executed; what comes after it, the commit, is not reached, so nothing is stored.
#
# What is so: it is executed, later, when its turn comes: the thread's queue does not look whether anybody still
# waits. As all tasks share one connection, and so one transaction, the next commit of whichever task stores it. So an
# order that was given up after a time-out, and is given again, is stored twice; and of a payment that was cancelled,
# the first half is stored by somebody else's commit, so that Ann's money is gone and Bob has none. No error, no
# warning.
#
# Who meets it: bots and web services with asyncio.timeout(), with handlers that are cancelled at a restart, or by a
# client that went away. Autocommit (isolation_level=None) with one statement for each change leaves nothing half
# done, but what was cancelled is stored all the same; asyncio.shield() and a key of one's own against doubles help.
#
# Source: run here; aiosqlite/core.py, Connection._execute(), and the thread's loop, which runs each function and only
# then looks at its future. The README says that there is a single shared thread for each connection, and a queue.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aiosqlite==0.22.1
cat > try.py <<'PY'
import asyncio
import threading
from importlib.metadata import version

import aiosqlite


async def main() -> None:
    loop, begun, go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def hold() -> int:
        """A statement that takes its time."""
        loop.call_soon_threadsafe(begun.set)
        go_on.wait()
        return 1

    async with aiosqlite.connect("shop.sqlite") as db:
        await db.create_function("hold", 0, hold)
        await db.execute("CREATE TABLE orders (customer TEXT)")
        await db.execute("CREATE TABLE accounts (name TEXT, money INTEGER)")
        await db.execute("INSERT INTO accounts VALUES ('Ann', 100), ('Bob', 0)")
        await db.commit()

        async def order(customer: str) -> None:
            await db.execute("INSERT INTO orders VALUES (?)", (customer,))
            await db.commit()

        async def pay(amount: int) -> None:
            await db.execute("UPDATE accounts SET money = money - ? WHERE name = 'Ann'", (amount,))
            await db.execute("UPDATE accounts SET money = money + ? WHERE name = 'Bob'", (amount,))
            await db.commit()

        slow = asyncio.create_task(db.execute("SELECT hold()"))
        await begun.wait()  # the thread is busy from here on
        tasks = [asyncio.create_task(order("Ann")), asyncio.create_task(pay(30))]
        await asyncio.sleep(0)  # each has its first statement in the queue
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        print("  cancelled before its statement began:", [type(each).__name__ for each in results])
        go_on.set()
        await slow
        await order("Ann")  # once more, since the first time failed
        await order("Eve")  # another task

    async with aiosqlite.connect("shop.sqlite") as db:  # as after a restart
        orders = [row[0] for row in await db.execute_fetchall("SELECT customer FROM orders")]
        money = dict(await db.execute_fetchall("SELECT name, money FROM accounts"))
    print("  orders:", orders)
    print("  accounts, of 100 and 0 before:", money)
    assert all(isinstance(each, asyncio.CancelledError) for each in results)
    assert orders == ["Ann", "Ann", "Eve"], "this has changed"
    assert money == {"Ann": 70, "Bob": 0}, "this has changed"


print("aiosqlite", version("aiosqlite"))
asyncio.run(main())
PY
venv/bin/python try.py
