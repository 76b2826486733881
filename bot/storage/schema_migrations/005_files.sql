ALTER TABLE photos ADD COLUMN format TEXT;                      -- it came as a file: so does its painting, in this format
ALTER TABLE jobs ADD COLUMN shrunk INTEGER NOT NULL DEFAULT 0;  -- smaller than asked for: the memory did not suffice
