"""The command `painter-bot` of the wheel.

`bot` is too general a name for the folder that all installed packages share: two packages of that name would overwrite
each other's files. So the wheel keeps it inside `painter_bot`, and only this command and the processes that it starts
have that folder on their path.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

FOLDER = str(Path(__file__).parent)


def main() -> int:
    """Run the bot with the arguments of the command line; return its exit status."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a KeyboardInterrupt in an import would print a traceback
    sys.path.insert(0, FOLDER)
    # For its child processes. A file named bot.py where the operator happens to be is not the bot.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [FOLDER, os.environ.get("PYTHONPATH")]))
    os.environ["PYTHONSAFEPATH"] = "1"
    from bot.__main__ import command  # noqa: PLC0415 (from the folder above)

    return command()


if __name__ == "__main__":
    sys.exit(main())
