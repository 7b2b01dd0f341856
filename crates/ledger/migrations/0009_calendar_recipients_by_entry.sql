-- Entries are given one after another, each to all whom its meeting is for: keyed by entry, they are
-- neighbours, and who has one is found without looking through all recipients.
CREATE TABLE calendar_recipients_by_entry (
    uid TEXT NOT NULL,
    recipient TEXT NOT NULL,
    -- What was said when the entry ended for them; NULL while it stands.
    sequence BIGINT,
    ended_at BIGINT,
    snapshot TEXT,
    PRIMARY KEY (uid, recipient),
    CHECK ((ended_at IS NULL) = (sequence IS NULL) AND (ended_at IS NULL) = (snapshot IS NULL))
);

INSERT INTO calendar_recipients_by_entry (uid, recipient, sequence, ended_at, snapshot)
SELECT uid, recipient, sequence, ended_at, snapshot FROM calendar_recipients;

DROP TABLE calendar_recipients;
ALTER TABLE calendar_recipients_by_entry RENAME TO calendar_recipients;
