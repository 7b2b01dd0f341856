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

-- What was given out before named the rooms that it was for; it may have gone to them, to everybody in
-- them, to those on the invitation list, or to all.
INSERT INTO calendar_recipients (recipient, uid)
SELECT 'all', uid FROM calendar
UNION
SELECT room.address, uid FROM calendar JOIN resources AS room
    ON room.address LIKE 'room/%' AND snapshot LIKE '%"' || SUBSTR(room.address, 6) || '"%'
UNION
SELECT 'person/' || SUBSTR(member.address, LENGTH(room.address) + 8), uid
FROM calendar JOIN resources AS room
    ON room.address LIKE 'room/%' AND snapshot LIKE '%"' || SUBSTR(room.address, 6) || '"%'
JOIN resources AS member ON member.address LIKE 'membership/' || SUBSTR(room.address, 6) || '/%'
UNION
SELECT 'person/' || SUBSTR(invitee.address, LENGTH(calendar.address) + 2), uid
FROM calendar JOIN resources AS invitee
    ON invitee.address LIKE 'invitee/' || SUBSTR(calendar.address, 9) || '/%';
