-- The contact sheet that shows the photo in the manner of each painting: its file at Telegram, and the language of the
-- names on it.
ALTER TABLE photos ADD COLUMN sheet_file_id TEXT;
ALTER TABLE photos ADD COLUMN sheet_language TEXT;
