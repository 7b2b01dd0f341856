-- The bot's inbox and what its outbox needs.

-- Kinds of operations are no longer listed here: what may stand there is said where they are read, and
-- SQLite changes a check only by making the table anew, as here.
CREATE TABLE journal (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    message_key TEXT,
    claimed_by TEXT,
    revision BIGINT,
    run TEXT NOT NULL,
    address TEXT NOT NULL,
    verb TEXT NOT NULL,
    body_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    owner TEXT NOT NULL,
    creation_host TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'done', 'failed', 'unclear')),
    attempts BIGINT NOT NULL,
    -- Whether a message was sent anew although an earlier attempt may have succeeded: never twice.
    resent BIGINT NOT NULL DEFAULT 0 CHECK (resent IN (0, 1)),
    outcome TEXT,
    reason TEXT,
    tracking_id TEXT,
    written_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CHECK ((kind = 'provision') = (message_key IS NULL)),
    CHECK ((kind = 'provision') = (claimed_by IS NULL))
);

INSERT INTO journal
    (id, kind, message_key, claimed_by, revision, run, address, verb, body_version, body, owner,
     creation_host, state, attempts, outcome, reason, tracking_id, written_at, changed_at)
SELECT id, CASE kind WHEN 'ticket' THEN 'sos' ELSE kind END, message_key, claimed_by, revision, run,
       address, verb, body_version, body, owner, creation_host, state, attempts, outcome, reason,
       tracking_id, written_at, changed_at
FROM operations;

DROP TABLE operations;

ALTER TABLE journal RENAME TO operations;

CREATE INDEX operations_by_run ON operations (run) WHERE kind = 'provision';

CREATE UNIQUE INDEX operations_open ON operations (address, verb)
    WHERE kind = 'provision' AND state IN ('sending', 'unclear');

CREATE UNIQUE INDEX messages_once ON operations (kind, message_key)
    WHERE message_key IS NOT NULL;

CREATE INDEX messages_unfinished ON operations (kind, claimed_by)
    WHERE kind <> 'provision' AND state IN ('waiting', 'sending', 'unclear');

-- What happened on Webex and may need an answer. A row is decided upon once, whatever is heard of it
-- again.
CREATE TABLE inbox (
    -- What makes an event the same event, for ever.
    entry_key TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('message', 'action', 'joined', 'member-changed', 'left')),
    -- Webex's ids, as it spelt them.
    remote_id TEXT NOT NULL,
    room TEXT NOT NULL,
    person TEXT NOT NULL,
    direct BIGINT NOT NULL CHECK (direct IN (0, 1)),
    moderator BIGINT NOT NULL CHECK (moderator IN (0, 1)),
    at BIGINT NOT NULL,
    heard_at BIGINT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('waiting', 'answered', 'repeated', 'ignored', 'gone', 'skipped')),
    -- How often it was tried in vain, and when a process may take it up that has not got it in hand.
    tries BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- What was understood.
    intent TEXT,
    language TEXT,
    -- The entry whose answer counts for this one, too.
    answered_by TEXT,
    -- What was written, only where it was not understood.
    text TEXT,
    changed_at BIGINT NOT NULL
);

CREATE INDEX inbox_due ON inbox (due_at) WHERE state = 'waiting';

CREATE INDEX inbox_texts ON inbox (changed_at) WHERE text IS NOT NULL;

-- When the same was asked last in a room, and by which entry.
CREATE TABLE recent_questions (
    sameness TEXT NOT NULL PRIMARY KEY,
    entry_key TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- Who wants to be reminded of their next meeting.
CREATE TABLE reminders (
    -- The UUID in the person's id.
    person TEXT NOT NULL PRIMARY KEY,
    -- The id, as Webex spelt it.
    person_id TEXT NOT NULL,
    -- The address under which the roster knew them.
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    asked_at BIGINT NOT NULL
);
