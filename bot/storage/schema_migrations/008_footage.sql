ALTER TABLE jobs ADD COLUMN footage TEXT;                     -- JSON: a clip as far as it is painted: its file_id, frames, size
ALTER TABLE jobs ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;  -- the person wants no more of it than is painted
