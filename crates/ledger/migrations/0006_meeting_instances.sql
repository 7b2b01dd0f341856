-- When meetings actually ran, as far as Webex told it. One meeting has several instances if people left
-- and came back.
CREATE TABLE meeting_instances (
    -- Webex's id; for one that was only seen to run, the series' and when.
    id TEXT NOT NULL PRIMARY KEY,
    series TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT
);
