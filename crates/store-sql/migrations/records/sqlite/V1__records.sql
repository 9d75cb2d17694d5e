-- Records: what is true until somebody changes it.
--
-- Instants are milliseconds since 1970 (INTEGER), days are AAAA-MM-JJ, ids are UUIDv7 (BLOB, 16 bytes,
-- time-ordered, so that imports append). Profiles carry their national order: 1 ELV, 2 TUT, 3 ENS,
-- 4 DOC, 5 DIR, 6 EVS, 7 ETA, 8 ACA, 9 COL. Every column stands in the inventory of tests/records.rs
-- (R-51, R-53): a column more fails that test.

CREATE TABLE meta (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    -- One more with each run that wrote something; plans are bound to it.
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES (1, 0);

CREATE TABLE establishment (
    id BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    source_academy INTEGER NOT NULL,
    source_id TEXT NOT NULL,
    uai TEXT,
    name TEXT NOT NULL,
    town TEXT NOT NULL,
    kind TEXT NOT NULL,
    tutelle TEXT NOT NULL,
    academy INTEGER NOT NULL,
    phone TEXT NOT NULL,
    digest BLOB NOT NULL,
    disappeared_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX establishment_by_key ON establishment (source, source_academy, source_id);
CREATE INDEX establishment_by_uai ON establishment (uai) WHERE uai IS NOT NULL;

CREATE TABLE person (
    id BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    source_academy INTEGER NOT NULL,
    source_id TEXT NOT NULL,
    last_name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    birth_name TEXT NOT NULL,
    title TEXT NOT NULL,
    birth_date TEXT,
    folded_last TEXT NOT NULL,
    folded_first TEXT NOT NULL,
    -- Copy of the login, which never changes, so that one index answers the search.
    search_login TEXT NOT NULL,
    digest BLOB NOT NULL,
    disappeared_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX person_by_key ON person (source, source_academy, source_id);
CREATE INDEX person_by_name ON person (folded_last, folded_first, id, search_login);
CREATE INDEX person_by_first ON person (folded_first, folded_last);

CREATE TABLE place (
    person BLOB NOT NULL REFERENCES person (id),
    establishment BLOB NOT NULL REFERENCES establishment (id),
    profile INTEGER NOT NULL,
    -- JSON array of class codes.
    classes TEXT NOT NULL,
    -- Copies of the person's, so that the list of one establishment is walked in order.
    folded_last TEXT NOT NULL,
    folded_first TEXT NOT NULL,
    PRIMARY KEY (person, establishment, profile)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_by_name ON place (establishment, folded_last, folded_first, person);

CREATE TABLE relation (
    child BLOB NOT NULL REFERENCES person (id),
    relative BLOB NOT NULL REFERENCES person (id),
    link TEXT NOT NULL,
    legal INTEGER NOT NULL,
    PRIMARY KEY (child, relative)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_by_relative ON relation (relative, legal);

-- Every login ever given: it stays here when its account goes, so that it is never given again.
CREATE TABLE login_used (
    login TEXT NOT NULL PRIMARY KEY,
    person BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Its login is unique because login_used says so, which also answers "whose login is this".
CREATE TABLE account (
    person BLOB NOT NULL PRIMARY KEY REFERENCES person (id),
    login TEXT NOT NULL REFERENCES login_used (login),
    state TEXT NOT NULL,
    state_since INTEGER NOT NULL,
    state_before_freeze TEXT,
    code_mac BLOB,
    code_expires_at INTEGER,
    -- open, spent or closed ("not me").
    code_state TEXT,
    phc TEXT,
    activated_at INTEGER
) STRICT, WITHOUT ROWID;
-- Lists of what is rare; the two common states are walked by name instead.
CREATE INDEX account_by_rare_state ON account (state) WHERE state NOT IN ('active', 'to_activate');

-- Each change of state with its date and its actor (R-69).
CREATE TABLE account_change (
    person BLOB NOT NULL REFERENCES account (person),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (person, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE second_factor (
    person BLOB NOT NULL PRIMARY KEY REFERENCES account (person),
    sealed BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    enrolled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE charter (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- JSON array of mnemonics.
    profiles TEXT NOT NULL,
    effective_at INTEGER NOT NULL,
    UNIQUE (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE charter_text (
    charter BLOB NOT NULL REFERENCES charter (id),
    position INTEGER NOT NULL,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    -- JSON: lines; sections of a heading and paragraphs.
    short TEXT NOT NULL,
    full_text TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (charter, position),
    UNIQUE (charter, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE charter_proof (
    person BLOB NOT NULL REFERENCES person (id),
    charter BLOB NOT NULL REFERENCES charter (id),
    language TEXT NOT NULL,
    digest BLOB NOT NULL,
    at INTEGER NOT NULL,
    accepted_by TEXT NOT NULL,
    establishment BLOB,
    PRIMARY KEY (person, charter)
) STRICT, WITHOUT ROWID;

-- A grant; the word is taken in SQL.
CREATE TABLE power (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    person BLOB NOT NULL REFERENCES person (id),
    action TEXT NOT NULL,
    perimeter TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL,
    reason TEXT NOT NULL,
    grantor TEXT NOT NULL,
    revoked_at INTEGER,
    revoked_by TEXT
) STRICT;
CREATE INDEX power_by_person ON power (person);

CREATE TABLE invitation (
    secret BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES account (person),
    expires_at INTEGER NOT NULL,
    invited_by TEXT NOT NULL,
    invited_at INTEGER NOT NULL,
    redeemed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sealed_key (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    slot TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    sealed BLOB NOT NULL,
    public BLOB,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_plan (
    id BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    academy INTEGER NOT NULL,
    base INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    planned_at INTEGER NOT NULL,
    -- Name of its file under stage/, without the suffix.
    stage BLOB NOT NULL,
    -- JSON. What a list shows stands apart, because a plan may be a megabyte.
    head TEXT NOT NULL,
    totals TEXT NOT NULL,
    findings INTEGER NOT NULL,
    guards INTEGER NOT NULL,
    plan TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Guards lifted by a second person.
CREATE TABLE feed_lift (
    plan BLOB NOT NULL REFERENCES feed_plan (id),
    guard TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    lifted_at INTEGER NOT NULL,
    PRIMARY KEY (plan, guard)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_run (
    id BLOB NOT NULL PRIMARY KEY,
    plan BLOB NOT NULL UNIQUE REFERENCES feed_plan (id),
    source TEXT NOT NULL,
    academy INTEGER NOT NULL,
    delivery_date TEXT NOT NULL,
    applied_by TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    rows_written INTEGER NOT NULL,
    accounts_created INTEGER NOT NULL,
    people_left INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
