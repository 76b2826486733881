"""Handlers of updates: what a user does, and what the bot does at once. Nothing here downloads or paints.

- `routes`: which handler gets which update
- `access`: who may use the bot, and in which language; `errors`: what could not be handled
- `commands`, `preferences`: /start, /queue, /settings and the like
- `photos`: messages with something to paint; `new_photos` and `custom_styles` take it; `media` finds it in a message;
  `message_kinds`: kinds of messages that python-telegram-bot does not know yet
- `follow_ups`: words that refer to an earlier photo; `caption_parser` understands them; `edits`: what a message becomes
- `groups`, `mentions`: groups, and whether a message there is addressed to the bot
- `gallery_buttons`, `blend_buttons`, `job_buttons`: presses; `ownership`: what they may touch; `submission`: what they
  request
- `inline`: finished paintings, offered in any chat
- `context`: what handlers share: who, which message, how to answer a press
"""
