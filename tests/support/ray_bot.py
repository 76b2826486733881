"""`python -m tests.support.ray_bot ADDRESS`: the real bot with quick painters on a Ray cluster."""

import sys

from bot.__main__ import main
from bot.executors.protocol import Connect
from bot.executors.ray import RayExecutor
from bot.transport import rate_limiter
from tests.support.ray_painters import driver

if __name__ == "__main__":
    rate_limiter.CHAT_LIMIT = rate_limiter.GROUP_LIMIT = rate_limiter.GLOBAL_LIMIT = (1000, 1.0)
    sys.exit(main(RayExecutor(Connect(sys.argv[1], "auto", None, share=1, cpus=1), driver("quick"))))
