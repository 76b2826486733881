ALTER TABLE photos ADD COLUMN thread_id INTEGER;    -- the topic of a forum
ALTER TABLE jobs ADD COLUMN thread_id INTEGER;
ALTER TABLE jobs ADD COLUMN control_id INTEGER;     -- of an album's job: the message with the album's buttons
ALTER TABLE jobs ADD COLUMN result_id TEXT;         -- file_id of the painting
CREATE INDEX jobs_album ON jobs (chat_id, control_id) WHERE control_id IS NOT NULL;
