-- Access tokens of our own, and the families that take in no more of them.
-- Instants are milliseconds since the epoch.

CREATE TABLE token (
    digest     BLOB NOT NULL PRIMARY KEY,
    session    BLOB NOT NULL,
    person     BLOB NOT NULL,
    partner    TEXT NOT NULL,
    -- Digest of the code that it was given for.
    family     BLOB NOT NULL,
    scope      TEXT NOT NULL,
    child      BLOB,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX token_expires ON token (expires_at);

CREATE TABLE closed_family (
    family       BLOB NOT NULL PRIMARY KEY,
    closed_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX closed_family_until ON closed_family (closed_until);
