"""The Bot API, method by method: parameters in, the world changed or looked at, a result or Telegram's error out."""
