"""The Bot API over HTTP: requests out, updates in.

- `request`: the HTTP client, which counts its calls
- `rate_limiter`: Telegram's flood limits, and the repetition of failed calls
- `inbox`: updates by polling, committed to disk before they are acknowledged; `webhook`: the same, pushed
- `profile`: the bot's commands and descriptions, in every language
"""
