"""Tests whose clock jumps to the next timer instead of waiting for it: seconds pass exactly, and cost nothing."""

import asyncio
import functools
import selectors


class _Jumping(selectors.DefaultSelector):
    """Nothing comes from outside: whoever would wait for so long is there at once."""

    now = 0.0

    def select(self, timeout=None):
        assert timeout is not None, "nobody will ever do anything: this would wait for ever"
        self.now += timeout
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def in_virtual_time(test):
    """The test runs in a loop of its own. It can use fixtures, except asynchronous ones."""

    @functools.wraps(test)
    def run(*args, **kwargs):
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run


def now() -> float:
    return asyncio.get_running_loop().time()
