-- Webex's limits are per owner, and unknown: processes that work with one owner's token divide what
-- they learned of its limit among themselves.

-- Who is at work with which token, and until when that is to be believed.
CREATE TABLE processes (
    process TEXT NOT NULL,
    owner TEXT NOT NULL,
    alive_until BIGINT NOT NULL,
    PRIMARY KEY (process, owner)
);

CREATE INDEX processes_by_owner ON processes (owner, alive_until);

-- The calls a minute that an owner was last seen to have; a decimal number, as text.
CREATE TABLE limits (
    owner TEXT NOT NULL PRIMARY KEY,
    per_minute TEXT NOT NULL,
    noted_at BIGINT NOT NULL
);
