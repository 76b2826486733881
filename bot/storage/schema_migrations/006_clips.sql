ALTER TABLE photos ADD COLUMN clip TEXT;  -- it moves: animation, video or video_note
ALTER TABLE jobs ADD COLUMN clip TEXT;
