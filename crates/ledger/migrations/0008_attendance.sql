-- Who was in which meeting, as far as Webex told it or it was seen.
CREATE TABLE attendance (
    -- Webex's id of the person in this one instance.
    id TEXT NOT NULL PRIMARY KEY,
    instance TEXT NOT NULL,
    series TEXT NOT NULL,
    -- NULL until Webex has told it.
    email TEXT,
    joined_at BIGINT NOT NULL,
    -- NULL while the person is in.
    left_at BIGINT,
    -- 1 where a time is that of a look, which may be later than what happened.
    seen_late BIGINT NOT NULL
);

CREATE INDEX attendance_by_joined_at ON attendance (joined_at);
