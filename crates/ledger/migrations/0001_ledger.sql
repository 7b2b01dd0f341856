-- One schema for SQLite and PostgreSQL. What makes that hold: columns are TEXT or BIGINT, times
-- are microseconds since 1970 (UTC), flags are 0 or 1, JSON is text, ids are given out by us.

-- The next id of each kind is `last + 1`.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- The one Webex, and the one event, that this ledger speaks of. At most one row.
CREATE TABLE binding (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    base_url TEXT NOT NULL,
    bot_id TEXT NOT NULL,
    org_id TEXT NOT NULL,
    event_key TEXT NOT NULL
);

CREATE TABLE resources (
    address TEXT NOT NULL PRIMARY KEY,
    remote_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    attributes TEXT NOT NULL,
    created_by_us BIGINT NOT NULL CHECK (created_by_us IN (0, 1)),
    recorded_at BIGINT NOT NULL
);

CREATE INDEX resources_by_remote_id ON resources (remote_id);

-- What was once in `resources` and is no more.
CREATE TABLE tombstones (
    id BIGINT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    forgotten_at BIGINT NOT NULL,
    why TEXT NOT NULL
);

CREATE TABLE secrets (
    address TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL
);

-- The host that was chosen for a meeting, before the meeting exists.
CREATE TABLE pins (
    address TEXT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL
);

CREATE TABLE intents (
    id BIGINT NOT NULL PRIMARY KEY,
    run TEXT NOT NULL,
    address TEXT NOT NULL,
    verb TEXT NOT NULL,
    body TEXT NOT NULL,
    owner TEXT NOT NULL,
    creation_host TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'done', 'failed', 'unclear')),
    attempts BIGINT NOT NULL,
    outcome TEXT,
    reason TEXT,
    tracking_id TEXT,
    written_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX intents_by_run ON intents (run);

-- The same call is never under way twice, and not repeated while it is unclear what became of it.
CREATE UNIQUE INDEX intents_open ON intents (address, verb)
    WHERE state IN ('sending', 'unclear');

-- Calls that count against a host's daily meeting quota, whatever came of them.
CREATE TABLE creations (
    id BIGINT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX creations_by_host ON creations (host, created_at);

CREATE TABLE revisions (
    id BIGINT NOT NULL PRIMARY KEY,
    applied_at BIGINT NOT NULL,
    source_digest TEXT NOT NULL,
    event TEXT NOT NULL
);

CREATE TABLE revision_sources (
    revision BIGINT NOT NULL REFERENCES revisions (id),
    position BIGINT NOT NULL,
    path TEXT NOT NULL,
    encoding TEXT NOT NULL CHECK (encoding IN ('text', 'base64')),
    content TEXT NOT NULL,
    PRIMARY KEY (revision, position)
);

CREATE TABLE calendar (
    uid TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    cancelled BIGINT NOT NULL CHECK (cancelled IN (0, 1)),
    snapshot TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- A released lease keeps its row, without a holder: its token must go on rising.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT,
    token BIGINT NOT NULL,
    held_since BIGINT NOT NULL,
    held_until BIGINT NOT NULL
);

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
);
