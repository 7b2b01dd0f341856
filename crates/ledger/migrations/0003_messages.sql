-- Operations have a kind, so that provisioning and messages share a journal and never each other's
-- rows; processes and leases have an instance id beside the name that people read.

CREATE TABLE operations (
    -- Of provisioning a number of the counter; of messages a random one, so that processes that
    -- write messages have no row in common.
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('provision', 'delivery', 'answer', 'ticket')),
    -- What makes a message the same message, for ever and in every state; provisioning has none.
    message_key TEXT,
    -- The process instance that a message belongs to until it is done.
    claimed_by TEXT,
    -- The revision that a message was made from.
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
    outcome TEXT,
    reason TEXT,
    tracking_id TEXT,
    written_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CHECK ((kind = 'provision') = (message_key IS NULL)),
    CHECK ((kind = 'provision') = (claimed_by IS NULL))
);

INSERT INTO operations
    (id, kind, run, address, verb, body_version, body, owner, creation_host, state, attempts,
     outcome, reason, tracking_id, written_at, changed_at)
SELECT id, 'provision', run, address, verb, 1, body, owner, creation_host, state, attempts,
       outcome, reason, tracking_id, written_at, changed_at
FROM intents;

DROP TABLE intents;

UPDATE counters SET name = 'operations' WHERE name = 'intents';

CREATE INDEX operations_by_run ON operations (run) WHERE kind = 'provision';

-- The same provisioning call is never under way twice, and not repeated while it is in doubt.
CREATE UNIQUE INDEX operations_open ON operations (address, verb)
    WHERE kind = 'provision' AND state IN ('sending', 'unclear');

-- Inserting a message is claiming it: of several processes one inserts.
CREATE UNIQUE INDEX messages_once ON operations (kind, message_key)
    WHERE message_key IS NOT NULL;

CREATE INDEX messages_unfinished ON operations (kind, claimed_by)
    WHERE kind <> 'provision' AND state IN ('waiting', 'sending', 'unclear');

-- A revision is checked again from its sources, by the rules of the build that reads it; the event
-- as an earlier build saw it is not kept.
ALTER TABLE revisions ADD COLUMN format BIGINT NOT NULL DEFAULT 1;

ALTER TABLE revisions DROP COLUMN event;

-- `instance` is one start of one process; `origin` is what its system says of it, as JSON.
ALTER TABLE leases ADD COLUMN instance TEXT;

ALTER TABLE leases ADD COLUMN origin TEXT;

DROP TABLE processes;

CREATE TABLE processes (
    instance TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    origin TEXT,
    alive_until BIGINT NOT NULL,
    -- When another process found that it had died: it must not act under this instance any more.
    dead_since BIGINT
);

-- Which owners' tokens a process works with, and what it has waiting for each: nothing (0),
-- provisioning (1), answers (2), cues (3).
CREATE TABLE process_owners (
    instance TEXT NOT NULL,
    owner TEXT NOT NULL,
    need BIGINT NOT NULL,
    PRIMARY KEY (instance, owner)
);

CREATE INDEX process_owners_by_owner ON process_owners (owner);
