ALTER TABLE photos ADD COLUMN live_file_id TEXT;  -- of a live photo: its film, or its still if the film is to be painted
