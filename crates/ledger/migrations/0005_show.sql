-- The show log, the tokens of the remote control, and an index for the runner's look at its messages.

-- Only appended to. The number is the counter's, so that numbers rise in the order of commits.
CREATE TABLE show_log (
    number BIGINT NOT NULL PRIMARY KEY,
    -- What makes an entry the same entry, for ever.
    entry_key TEXT NOT NULL UNIQUE,
    -- By the clock of its writer.
    at BIGINT NOT NULL,
    -- When the leader of the cues first read it, by Webex's clock: what everybody goes by.
    received_at BIGINT,
    body_version BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE control_tokens (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    -- SHA-256 of the token, in base64. The token itself is kept nowhere.
    hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT
);

-- Holds all that tells whether a message of the show changed, so that no row is read for it.
CREATE INDEX messages_of_the_show ON operations (kind, changed_at, state, attempts)
    WHERE kind IN ('delivery', 'say', 'recall', 'correct');
