-- What runs changed, so that they can be undone; guards that two people lift; frozen plans that are signed;
-- the life of accounts.

-- Guards are lifted one by one, and the gravest by two people.
CREATE TABLE guard_lift (
    plan BLOB NOT NULL REFERENCES feed_plan (id),
    guard TEXT NOT NULL,
    -- UAI, profile or category, as in the plan.
    scope TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    lifted_at INTEGER NOT NULL,
    PRIMARY KEY (plan, guard, scope, approved_by)
) STRICT, WITHOUT ROWID;
DROP TABLE feed_lift;

-- Of plans made before there were signatures: nothing can be applied that is not signed.
ALTER TABLE feed_plan ADD COLUMN stage_digest BLOB;
ALTER TABLE feed_plan ADD COLUMN signature BLOB;

-- A short name for the rows of its changes.
ALTER TABLE feed_run ADD COLUMN number INTEGER;
-- Establishments and departures that guards held back, as UAIs or ids at the source with spaces.
ALTER TABLE feed_run ADD COLUMN held TEXT NOT NULL DEFAULT '';

-- What one run changed. It goes when the run can be undone no more.
CREATE TABLE run_change (
    run INTEGER NOT NULL,
    -- 1 establishment, 2 person.
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    -- JSON of the row and of what hangs on it as they were; NULL when the run created it.
    before TEXT,
    -- As the run left it: whoever finds it otherwise leaves it alone.
    digest BLOB NOT NULL,
    gone_at INTEGER,
    PRIMARY KEY (run, kind, id)
) STRICT, WITHOUT ROWID;

-- The undoing of a run is a run of its own.
CREATE TABLE run_undo (
    run BLOB NOT NULL PRIMARY KEY REFERENCES feed_run (id),
    id BLOB NOT NULL UNIQUE,
    undone_by TEXT NOT NULL,
    undone_at INTEGER NOT NULL,
    rows_written INTEGER NOT NULL,
    -- Rows that had moved on since, left as they are.
    rows_kept INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The state that an account had before it began to count down to deletion.
ALTER TABLE account ADD COLUMN state_before_end TEXT;
CREATE INDEX person_by_departure ON person (disappeared_at) WHERE disappeared_at IS NOT NULL;

-- Logins of people who were erased: only a digest stays, drawn with a salt of this database.
CREATE TABLE login_gone (digest BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
ALTER TABLE meta ADD COLUMN salt BLOB;
UPDATE meta SET salt = randomblob(32);
CREATE INDEX login_used_by_person ON login_used (person);
-- A login that goes asks whether an account still has it.
CREATE INDEX account_by_login ON account (login);

-- What else a feed says of a person. The INE bridges academies and degrees; the academic mail is the join
-- with the agents' guichet; the last day of whoever is there for a time.
ALTER TABLE person ADD COLUMN ine TEXT;
ALTER TABLE person ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN until TEXT;
CREATE INDEX person_by_ine ON person (ine) WHERE ine IS NOT NULL;
CREATE INDEX person_by_until ON person (until) WHERE until IS NOT NULL;
-- JSON array of the classes that she is head teacher of.
ALTER TABLE place ADD COLUMN heads TEXT NOT NULL DEFAULT '[]';

-- Other records of a person whom her INE bridged: the key in her row is that of the record that leads.
CREATE TABLE feed_alias (
    source TEXT NOT NULL,
    academy INTEGER NOT NULL,
    source_id TEXT NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    digest BLOB NOT NULL,
    PRIMARY KEY (source, academy, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_alias_by_person ON feed_alias (person);
