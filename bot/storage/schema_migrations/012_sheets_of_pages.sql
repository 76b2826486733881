-- A gallery has pages, and each of them a contact sheet that shows the photo in the manner of each painting: a JSON
-- object with the file at Telegram by language and paintings, such as {"de 0123abcd": "AgAC..."}. The sheets before
-- did not tell their paintings, which may be others since: they are made anew.
ALTER TABLE photos ADD COLUMN sheets TEXT NOT NULL DEFAULT '{}';
ALTER TABLE photos DROP COLUMN sheet_file_id;
ALTER TABLE photos DROP COLUMN sheet_language;
