-- Sources of feeds that are looked at by themselves: the last look at each, and what it brought.

CREATE TABLE source_look (
    source text COLLATE "C" PRIMARY KEY,
    looked_at bigint NOT NULL,
    -- running, done, again.
    state text COLLATE "C" NOT NULL DEFAULT 'running',
    -- Without personal data; empty when all was well.
    problem text COLLATE "C" NOT NULL DEFAULT ''
);

CREATE TABLE source_delivery (
    source text COLLATE "C" NOT NULL,
    -- Name, size and time.
    mark text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    taken_at bigint NOT NULL,
    fate text COLLATE "C" NOT NULL,
    plan uuid,
    run uuid,
    problem text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (source, mark)
);

-- Ranks: a record of a weaker source becomes an alias of somebody whom a stronger one sends. The run that made it so
-- can be undone.
ALTER TABLE feed_alias ADD COLUMN made_by bigint;
