CREATE TABLE people (
    user_id       INTEGER PRIMARY KEY,
    language_code TEXT,                 -- of their Telegram, as of their last update
    settings      TEXT NOT NULL DEFAULT '{}' -- JSON: what they chose for themselves: language, size, strength, colours
) STRICT;
