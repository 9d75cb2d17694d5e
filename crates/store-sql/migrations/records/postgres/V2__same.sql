-- One establishment under several keys, and one person behind whom other records stand: as ../sqlite, V6,
-- where it is said what each table and column is for.

CREATE TABLE establishment_alias (
    id uuid PRIMARY KEY,
    source text COLLATE "C" NOT NULL,
    academy integer NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    establishment uuid NOT NULL REFERENCES establishment (id),
    digest bytea NOT NULL,
    gone_at bigint
);
CREATE UNIQUE INDEX establishment_alias_by_key ON establishment_alias (source, academy, source_id);
CREATE INDEX establishment_alias_by_site ON establishment_alias (establishment);

CREATE VIEW establishment_key AS
    SELECT source, source_academy AS academy, source_id, id AS establishment, NULL::uuid AS alias, digest,
           disappeared_at AS gone_at
    FROM establishment
    UNION ALL
    SELECT source, academy, source_id, establishment, id AS alias, digest, gone_at
    FROM establishment_alias;

CREATE TABLE person_merge (
    other uuid PRIMARY KEY REFERENCES person (id),
    keep uuid NOT NULL REFERENCES person (id),
    merged_at bigint NOT NULL,
    merged_by text COLLATE "C" NOT NULL,
    run bigint
);
CREATE INDEX person_merge_by_keep ON person_merge (keep);

CREATE TABLE merge_act (
    id uuid PRIMARY KEY,
    keep uuid NOT NULL,
    other uuid NOT NULL,
    act text COLLATE "C" NOT NULL,
    acted_at bigint NOT NULL,
    acted_by text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL
);

ALTER TABLE place ADD COLUMN via uuid;
CREATE INDEX place_by_via ON place (via) WHERE via IS NOT NULL;

CREATE TABLE tie_waiting (
    child uuid NOT NULL REFERENCES person (id),
    relative text COLLATE "C" NOT NULL,
    link text COLLATE "C" NOT NULL,
    legal integer NOT NULL,
    PRIMARY KEY (child, relative)
);
CREATE INDEX tie_waiting_by_relative ON tie_waiting (relative);

CREATE INDEX person_by_mail ON person (lower(mail)) WHERE mail <> '';
