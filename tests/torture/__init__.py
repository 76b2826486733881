"""The promises of the bot, proved: it is really killed, cut off, flooded and forged.

Each proof is a function that says what it counted and what it found broken. `make test` calls them with small counts
(`tests/test_promises.py`), `make torture` with the full ones (`python -m tests.torture`).
"""
