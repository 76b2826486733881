ALTER TABLE photos ADD COLUMN blend_with TEXT;  -- the painting with which the style that is asked for shall be blended
ALTER TABLE photos ADD COLUMN own_style TEXT;   -- file_id of the picture that came for such a blend
