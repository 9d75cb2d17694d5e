-- Sources of feeds that are looked at by themselves: the last look at each, and what it brought.

CREATE TABLE source_look (
    source TEXT NOT NULL PRIMARY KEY,
    looked_at INTEGER NOT NULL,
    -- running, done, again.
    state TEXT NOT NULL DEFAULT 'running',
    -- Without personal data; empty when all was well.
    problem TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE source_delivery (
    source TEXT NOT NULL,
    -- Name, size and time.
    mark TEXT NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    taken_at INTEGER NOT NULL,
    fate TEXT NOT NULL,
    plan BLOB,
    run BLOB,
    problem TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, mark)
) STRICT, WITHOUT ROWID;

-- Ranks: a record of a weaker source becomes an alias of somebody whom a stronger one sends. The run that made it so
-- can be undone.
ALTER TABLE feed_alias ADD COLUMN made_by INTEGER;
