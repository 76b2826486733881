-- What the words under a photo wish for that name no painting, for whichever is chosen later: a JSON object of settings.
ALTER TABLE photos ADD COLUMN wishes TEXT NOT NULL DEFAULT '{}';
