"""Handlers of updates: what a person does, and what the bot does at once. Nothing here downloads or paints.

- `routes`: which handler gets which update; access; errors
- `commands`, `photos`, `follow_ups`, `buttons`, `groups`, `preferences`, `inline`: the handlers, by what people do
- `caption_parser`: the words of a caption: paintings, strength, colours
- `mentions`: whether a message in a group is addressed to the bot
- `context`: what handlers share: who, which message, how to answer a press
"""
