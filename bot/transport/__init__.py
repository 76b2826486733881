"""The Bot API over HTTP: requests out, updates in.

- `request`: the HTTP client, which counts its calls; `answers`: what comes back, from other servers, too
- `proxy`: the proxy on its way
- `rate_limiter`: when calls go out; `sliding_window`: so many in so many seconds; `retry_policy`: which are repeated
- `downloads`: files that people sent
- `inbox`: updates by polling, committed to disk before they are acknowledged; `webhook`: the same, pushed
- `profile`: the bot's commands and descriptions, in every language
"""
