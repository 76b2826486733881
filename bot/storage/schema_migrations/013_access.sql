-- Paintings that a person asked for on a day (in UTC), for MAX_PER_DAY. Triggers count, so that no job is added without
-- being counted, not even in a crash. What failed, or was cancelled before it was begun, is given back.
CREATE TABLE daily_counts (
    user_id INTEGER NOT NULL,
    day     TEXT NOT NULL,  -- 2026-11-29
    jobs    INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) WITHOUT ROWID;

CREATE TRIGGER count_job AFTER INSERT ON jobs BEGIN
    INSERT INTO daily_counts (user_id, day, jobs) VALUES (NEW.user_id, date(NEW.created_at, 'unixepoch'), 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;

CREATE TRIGGER give_job_back AFTER UPDATE OF status ON jobs
WHEN OLD.status IN ('QUEUED', 'RUNNING')
 AND (NEW.status = 'FAILED' OR (NEW.status = 'CANCELLED' AND OLD.status = 'QUEUED' AND NEW.attempts = 0)) BEGIN
    UPDATE daily_counts SET jobs = jobs - 1
    WHERE user_id = NEW.user_id AND day = date(NEW.created_at, 'unixepoch') AND jobs > 0;
END;

-- Groups that became supergroups: Telegram gives them another id, and ALLOWED_USERS has the old one.
CREATE TABLE migrated_chats (
    chat_id     INTEGER PRIMARY KEY,
    old_chat_id INTEGER NOT NULL
);
