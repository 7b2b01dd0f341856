-- Who was given which calendar entry: an entry ends for somebody who no longer attends, although its
-- meeting takes place.
CREATE TABLE calendar_recipients (
    recipient TEXT NOT NULL,
    uid TEXT NOT NULL,
    -- What was said when the entry ended for them; NULL while it stands.
    sequence BIGINT,
    ended_at BIGINT,
    snapshot TEXT,
    PRIMARY KEY (recipient, uid),
    CHECK ((ended_at IS NULL) = (sequence IS NULL) AND (ended_at IS NULL) = (snapshot IS NULL))
);

-- The address of the entry's meeting, which may get another name while the UID stays. Before, the name
-- was part of the UID.
ALTER TABLE calendar ADD COLUMN address TEXT;
UPDATE calendar
SET address = 'meeting/' || REPLACE(uid, '@' || (SELECT event_key FROM binding) || '.showcaller', '');

CREATE INDEX calendar_by_address ON calendar (address);

-- What was given out before named the rooms that it was for; it may have gone to them, to everybody in
-- them, to those on the invitation list, or to all. Joins by equality, as no pattern uses an index in
-- both databases; RTRIM takes off what follows the last slash.
INSERT INTO calendar_recipients (recipient, uid)
WITH rooms AS MATERIALIZED (
    SELECT SUBSTR(address, 6) AS room FROM resources WHERE address LIKE 'room/%'
),
for_rooms AS MATERIALIZED (
    SELECT uid, room FROM calendar JOIN rooms ON snapshot LIKE '%"' || room || '"%'
),
listed AS MATERIALIZED (
    SELECT RTRIM(address, REPLACE(address, '/', '')) AS list, address FROM resources
    WHERE address LIKE 'membership/%' OR address LIKE 'invitee/%'
),
lists AS MATERIALIZED (
    SELECT uid, 'membership/' || room || '/' AS list FROM for_rooms
    UNION ALL
    SELECT uid, 'invitee/' || SUBSTR(address, 9) || '/' FROM calendar
)
SELECT 'all', uid FROM calendar
UNION
SELECT 'room/' || room, uid FROM for_rooms
UNION
SELECT 'person/' || SUBSTR(address, LENGTH(listed.list) + 1), uid
FROM lists JOIN listed ON listed.list = lists.list;
