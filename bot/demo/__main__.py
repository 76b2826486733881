"""`python -m bot.demo`: try the bot in the browser, without Telegram. `DEMO_LISTEN` says where (host:port)."""

import sys

from bot.config import ConfigError, load_config
from bot.demo.service import main
from styler.argument_parser import ArgumentParser

if __name__ == "__main__":
    ArgumentParser("python -m bot.demo", description=__doc__).parse_args()
    try:
        listen = load_config().demo_listen
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(listen))
