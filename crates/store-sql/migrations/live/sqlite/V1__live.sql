-- Live state of one machine. Memory is the truth; this is what a restart reads.
-- Instants are milliseconds since the epoch, durations milliseconds.

CREATE TABLE session (
    digest    BLOB NOT NULL PRIMARY KEY,
    id        BLOB NOT NULL,
    person    BLOB NOT NULL,
    profile   TEXT NOT NULL,
    level     INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    seen_at   INTEGER NOT NULL,
    idle      INTEGER NOT NULL,
    ends_at   INTEGER NOT NULL,
    device    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE flow (
    id             BLOB NOT NULL PRIMARY KEY,
    binding        BLOB NOT NULL,
    -- The page it goes to; the portal when there is none.
    page           TEXT,
    person         BLOB,
    proof          TEXT,
    proof_digest   BLOB,
    confirmed      INTEGER NOT NULL,
    password_saved INTEGER NOT NULL,
    second_factor  INTEGER NOT NULL,
    enrolling      BLOB,
    expires_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX flow_expires ON flow (expires_at);

CREATE TABLE one_time (
    kind       TEXT NOT NULL,
    digest     BLOB NOT NULL,
    -- Gone once spent: only the fact stays, to tell a replay.
    value      BLOB,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_expires ON one_time (expires_at);

CREATE TABLE counter (
    kind       TEXT NOT NULL,
    digest     BLOB NOT NULL,
    failures   INTEGER NOT NULL,
    began_at   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    -- When its window ends, so that it can be swept.
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX counter_expires ON counter (expires_at);

CREATE TABLE participation (
    session      BLOB NOT NULL,
    partner      TEXT NOT NULL,
    partner_name TEXT NOT NULL,
    protocol     TEXT NOT NULL,
    -- sid, NameID or service address.
    handle       TEXT NOT NULL,
    -- SessionIndex or encrypted ServiceTicket.
    detail       BLOB NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (session, partner, protocol, handle, detail)
) STRICT, WITHOUT ROWID;
