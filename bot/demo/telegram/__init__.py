"""What there is behind the Bot API: people, chats, messages, files, and updates that wait for the bot.

- `world`: all of it together; `model`: users, chats, messages and their versions; `people`: who writes to the bot
- `files`, `pictures`: stored files, and the sizes that Telegram makes of a photo
- `updates`, `webhook`: updates that wait for the bot, fetched or pushed; `queries`: presses and inline queries
- `profile`: the bot's commands and descriptions
- `flood`: flood limits
- `render`: everything as the Bot API's JSON; `formatting`: text with entities
- `signal`: wakes whoever waits for a change; `errors`: the errors of the Bot API
"""
