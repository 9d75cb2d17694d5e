-- Partners as data. A row stays when a partner is removed: its id and its client_id are never another's.
CREATE TABLE partner (
    id TEXT NOT NULL PRIMARY KEY,
    -- The newest version, in force unless removed.
    version INTEGER NOT NULL,
    client_id TEXT UNIQUE,
    -- SHA-256 of the secrets, the newest first.
    secret BLOB,
    former_secret BLOB,
    secret_written_at INTEGER,
    secret_written_by TEXT,
    removed_at INTEGER,
    removed_by TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE partner_version (
    partner TEXT NOT NULL REFERENCES partner (id),
    version INTEGER NOT NULL,
    -- TOML, without secrets.
    body TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    written_by TEXT NOT NULL,
    PRIMARY KEY (partner, version)
) STRICT, WITHOUT ROWID;

-- Grows with each writing of a partner: what caches compare.
CREATE TABLE partner_meta (
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO partner_meta (only, generation) VALUES (1, 0);

CREATE TABLE habilitation (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    person BLOB NOT NULL REFERENCES person (id),
    group_code TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL,
    reason TEXT NOT NULL,
    grantor TEXT NOT NULL,
    revoked_at INTEGER,
    revoked_by TEXT
) STRICT;
CREATE INDEX habilitation_by_person ON habilitation (person, number);
CREATE INDEX habilitation_by_group ON habilitation (group_code, number);

-- What a pseudonym is drawn from. No reference to the person: the row outlives her, ids are never reused, so nobody
-- ever gets the identifier of somebody erased.
CREATE TABLE pseudonym (
    person BLOB NOT NULL,
    sector TEXT NOT NULL,
    root BLOB NOT NULL,
    pairwise_key TEXT NOT NULL,
    drawn_at INTEGER NOT NULL,
    PRIMARY KEY (person, sector)
) STRICT, WITHOUT ROWID;
