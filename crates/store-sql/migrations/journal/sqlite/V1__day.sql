-- One UTC day of the access log. What identifies is sealed under the key of the day; equal values have
-- equal seals, so that they can be searched.

CREATE TABLE line (
    -- 1, 2, 3, … without a gap.
    seq           INTEGER PRIMARY KEY,
    id            BLOB NOT NULL,
    at            INTEGER NOT NULL,
    correlation   BLOB NOT NULL,
    phase         TEXT NOT NULL,
    code          TEXT NOT NULL,
    result        TEXT NOT NULL,
    reason        TEXT,
    -- person, operator or gateway.
    actor_kind    TEXT,
    -- Sealed.
    actor         BLOB,
    profile       TEXT,
    establishment BLOB,
    -- Sealed.
    target        BLOB,
    -- Sealed.
    address       BLOB,
    -- Sealed.
    session       BLOB,
    device        TEXT,
    reference     TEXT,
    -- SHA-256 of the hash before it and of the columns above but seq.
    hash          BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX line_id ON line (id);
CREATE INDEX line_at ON line (at, id);
CREATE INDEX line_correlation ON line (correlation);
CREATE INDEX line_actor ON line (actor) WHERE actor IS NOT NULL;
CREATE INDEX line_target ON line (target) WHERE target IS NOT NULL;
CREATE INDEX line_reference ON line (reference) WHERE reference IS NOT NULL;
