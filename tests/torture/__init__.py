"""Tests of the bot's promises: the bot is really killed, cut off from the network and flooded with forged input.

Each proof is a function that returns what it counted and which promises were broken. `make test` calls the proofs with
small counts (`tests/bot/test_promises.py`), `make torture` with the full counts (`python -m tests.torture`).
"""
