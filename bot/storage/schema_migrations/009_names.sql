-- Columns, tables and views get the names that the code uses; nothing else changes.
DROP VIEW line;

ALTER TABLE photos RENAME COLUMN album_id TO media_group_id;
ALTER TABLE photos RENAME COLUMN gallery_id TO gallery_message_id;
ALTER TABLE photos RENAME COLUMN thread_id TO message_thread_id;
ALTER TABLE photos RENAME COLUMN own_style TO custom_style;

ALTER TABLE jobs RENAME COLUMN request TO idempotency_key;
ALTER TABLE jobs RENAME COLUMN photo_id TO photo_message_id;
ALTER TABLE jobs RENAME COLUMN thread_id TO message_thread_id;
ALTER TABLE jobs RENAME COLUMN control_id TO control_message_id;
ALTER TABLE jobs RENAME COLUMN result_id TO result_file_id;
ALTER TABLE jobs RENAME COLUMN shrunk TO downscaled;
ALTER TABLE jobs RENAME COLUMN footage TO checkpoint;
ALTER TABLE jobs RENAME COLUMN kept TO stopped_early;
ALTER TABLE jobs RENAME COLUMN pinged TO notified;

ALTER TABLE people RENAME TO users;
ALTER TABLE users RENAME COLUMN settings TO preferences;

-- The kind of request that made the job: gallery, caption, text, style or redo. It is the first part of the key.
ALTER TABLE jobs ADD COLUMN source TEXT NOT NULL DEFAULT '';
UPDATE jobs SET source = substr(idempotency_key, 1, instr(idempotency_key, '/') - 1) WHERE instr(idempotency_key, '/');

DROP INDEX jobs_request;
CREATE UNIQUE INDEX jobs_idempotency_key ON jobs (idempotency_key) WHERE status IN ('QUEUED', 'RUNNING', 'DONE');

-- The queued jobs in their fair order: everybody's first photo before anybody's second. A job that is running counts as
-- a round; within a round, the user who was served longest ago comes first, then the job that came first.
CREATE VIEW queue AS
SELECT id, message_id, row_number() OVER (ORDER BY round, last_served NULLS FIRST, id) AS position
FROM (
    SELECT id, message_id,
        row_number() OVER (PARTITION BY user_id ORDER BY id)
            + (SELECT count(*) FROM jobs AS r WHERE r.status = 'RUNNING' AND r.user_id = jobs.user_id) AS round,
        (SELECT max(claimed_at) FROM jobs AS s WHERE s.user_id = jobs.user_id) AS last_served
    FROM jobs WHERE status = 'QUEUED'
);
