-- What is signed about the days of the access log. It holds nothing that identifies and survives them.

CREATE TABLE checkpoint (
    day       TEXT NOT NULL PRIMARY KEY,
    lines     INTEGER NOT NULL,
    head      BLOB NOT NULL,
    at        INTEGER NOT NULL,
    -- 0 while the day goes on: the lines so far. 1 once it is closed for good.
    closed    INTEGER NOT NULL,
    key_id    TEXT NOT NULL,
    signature BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE certificate (
    day       TEXT NOT NULL PRIMARY KEY,
    lines     INTEGER NOT NULL,
    head      BLOB NOT NULL,
    at        INTEGER NOT NULL,
    key_id    TEXT NOT NULL,
    signature BLOB NOT NULL
) STRICT, WITHOUT ROWID;
