"""`python -m tests.quick_bot SLOTS SECONDS`: the real bot, with a painter that takes so long for a picture."""

import sys

from bot.__main__ import main
from tests.fakes import QuickExecutor

if __name__ == "__main__":
    sys.exit(main(QuickExecutor(slots=int(sys.argv[1]), seconds=float(sys.argv[2]))))
