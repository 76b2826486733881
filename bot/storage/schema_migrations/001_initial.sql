-- Times are seconds since 1970 (UTC). Pictures are not here: they stay at Telegram, known by their file_id.

CREATE TABLE updates (                  -- the inbox: what Telegram gave us, before it is told that we have it
    update_id   INTEGER PRIMARY KEY,
    body        TEXT,                   -- JSON as received; NULL once handled, the id stays to drop duplicates
    received_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0)
) STRICT;
CREATE INDEX updates_pending ON updates (update_id) WHERE body IS NOT NULL;

CREATE TABLE photos (                   -- photos that people sent; each has its own gallery and conversation
    chat_id        INTEGER NOT NULL,
    message_id     INTEGER NOT NULL,    -- of the photo itself
    user_id        INTEGER NOT NULL,
    file_id        TEXT    NOT NULL,
    album_id       TEXT,                -- Telegram's media_group_id
    gallery_id     INTEGER,             -- the message with its gallery
    style_asked_at REAL,                -- when 'a style of my own' was pressed and no style has come yet
    style_for_album INTEGER NOT NULL DEFAULT 0, -- it was pressed on the gallery of a whole album
    created_at     REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    PRIMARY KEY (chat_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX photos_album ON photos (chat_id, album_id) WHERE album_id IS NOT NULL;
CREATE INDEX photos_gallery ON photos (chat_id, gallery_id);

CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    request     TEXT    NOT NULL,       -- which press, or which message, asked for it
    chat_id     INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    photo_id    INTEGER NOT NULL,       -- message of the photo
    file_id     TEXT    NOT NULL,       -- the photo
    style       TEXT    NOT NULL,       -- a painting's name, or 'file:' and the file_id of a picture
    settings    TEXT    NOT NULL,       -- JSON: what the person chose, over the defaults
    message_id  INTEGER,                -- the one message that becomes the painting; NULL until it is sent
    status      TEXT    NOT NULL DEFAULT 'QUEUED'
                CHECK (status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    pinged      INTEGER NOT NULL DEFAULT 0,
    error       TEXT,
    created_at  REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    claimed_at  REAL,
    finished_at REAL
) STRICT;
-- The same request is one job, however often it comes; unless that was cancelled or failed.
CREATE UNIQUE INDEX jobs_request ON jobs (request) WHERE status IN ('QUEUED', 'RUNNING', 'DONE');
-- A message becomes one painting.
CREATE UNIQUE INDEX jobs_message ON jobs (chat_id, message_id) WHERE status IN ('QUEUED', 'RUNNING', 'DONE');
CREATE INDEX jobs_status ON jobs (status, user_id, id);
CREATE INDEX jobs_user ON jobs (user_id, claimed_at);

-- The line in its fair order: everybody's first photo before anybody's second. Painting now counts as a turn taken;
-- among equal turns who was served longest ago comes first, then who came first.
CREATE VIEW line AS
SELECT id, message_id, row_number() OVER (ORDER BY turn, served NULLS FIRST, id) AS place
FROM (
    SELECT id, message_id,
        row_number() OVER (PARTITION BY user_id ORDER BY id)
            + (SELECT count(*) FROM jobs AS r WHERE r.status = 'RUNNING' AND r.user_id = jobs.user_id) AS turn,
        (SELECT max(claimed_at) FROM jobs AS s WHERE s.user_id = jobs.user_id) AS served
    FROM jobs WHERE status = 'QUEUED'
);
