"""`python -m tests.torture [NAME...]`: run all or the named proofs, with full counts; print a table of results."""

import asyncio
import sys
import time

from styler.argument_parser import ArgumentParser
from tests.torture.kit import Tally
from tests.torture.promises import PROMISES, Promise


def prove(promise: Promise) -> Tally:
    try:
        return asyncio.run(promise.proof(**promise.full))
    except Exception as error:
        return Tally(violations=[f"it broke off: {type(error).__name__}: {error}"])


def main() -> int:
    parser = ArgumentParser("python -m tests.torture", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=", ".join(repr(promise.name) for promise in PROMISES))
    names = parser.parse_args().names
    if unknown := set(names) - {promise.name for promise in PROMISES}:
        parser.error(f"there is no proof {min(unknown)!r}")
    broken = 0
    for promise in PROMISES:
        if names and promise.name not in names:
            continue
        began = time.monotonic()
        tally = prove(promise)
        broken += len(tally.violations)
        row = (promise.number, promise.name, f"{len(tally.violations)} violations", f"{time.monotonic() - began:.0f} s")
        print("{:>5} | {:<14} | {:>14} | {:>6} | ".format(*row) + str(tally), flush=True)
        for line in tally.table:
            print(f"      {line}", flush=True)
        for violation in tally.violations[:10]:
            print(f"      ! {violation[:500]} ... {violation[500:][-1000:]}", flush=True)
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
