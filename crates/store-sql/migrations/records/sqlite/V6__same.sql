-- One establishment under several keys, and one person behind whom other records stand.

-- Further keys of an establishment: other feeds and sheets that name its UAI. The key in its row is that of
-- the record that leads; what it is called comes from there alone.
CREATE TABLE establishment_alias (
    id BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    academy INTEGER NOT NULL,
    source_id TEXT NOT NULL,
    establishment BLOB NOT NULL REFERENCES establishment (id),
    digest BLOB NOT NULL,
    -- Since when this source does not send it any more.
    gone_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX establishment_alias_by_key ON establishment_alias (source, academy, source_id);
CREATE INDEX establishment_alias_by_site ON establishment_alias (establishment);

-- Every key, with what its own source said last. No alias for the one that leads.
CREATE VIEW establishment_key AS
    SELECT source, source_academy AS academy, source_id, id AS establishment, NULL AS alias, digest,
           disappeared_at AS gone_at
    FROM establishment
    UNION ALL
    SELECT source, academy, source_id, establishment, id AS alias, digest, gone_at
    FROM establishment_alias;

-- A record `other` that is the same person as `keep`. It stays a record of its own, which feeds go on
-- writing: taking the row away separates the two again, each with what its own sources say.
CREATE TABLE person_merge (
    other BLOB NOT NULL PRIMARY KEY REFERENCES person (id),
    keep BLOB NOT NULL REFERENCES person (id),
    merged_at INTEGER NOT NULL,
    merged_by TEXT NOT NULL,
    -- The run that saw by itself that they are one; NULL when a person said so.
    run INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX person_merge_by_keep ON person_merge (keep);

-- Who merged and separated whom, and why: the access log holds no free text.
CREATE TABLE merge_act (
    id BLOB NOT NULL PRIMARY KEY,
    keep BLOB NOT NULL,
    other BLOB NOT NULL,
    -- merged or unmerged.
    act TEXT NOT NULL,
    acted_at INTEGER NOT NULL,
    acted_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A place that somebody has through a record that stands behind hers: a copy, for lists, made anew by
-- every act that could change it. NULL for what her own record says.
ALTER TABLE place ADD COLUMN via BLOB;
CREATE INDEX place_by_via ON place (via) WHERE via IS NOT NULL;

-- Relatives whom a pupil's record names and whom her source has not sent yet, by their id there: the tie is
-- made once they come. What became a tie stays here too, so that undoing their coming leaves it waiting.
CREATE TABLE tie_waiting (
    child BLOB NOT NULL REFERENCES person (id),
    relative TEXT NOT NULL,
    link TEXT NOT NULL,
    legal INTEGER NOT NULL,
    PRIMARY KEY (child, relative)
) STRICT, WITHOUT ROWID;
CREATE INDEX tie_waiting_by_relative ON tie_waiting (relative);

-- Staff of two feeds meet by the academic mail.
CREATE INDEX person_by_mail ON person (lower(mail)) WHERE mail <> '';
