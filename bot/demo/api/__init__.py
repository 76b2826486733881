"""The Bot API, method by method: parameters in, the world changed or looked at, a result or Telegram's error out.

- `server`: the HTTP server; `methods`: all methods by name
- `sending`, `editing`, `queries_api`, `profile_api`, `updates_api`: the methods
- `params`, `markup`: parameters read and checked; `resolving`: what they stand for: a chat, a message, a file
- `faults`: what the operator lets go wrong; `call_log`: what was called
"""
