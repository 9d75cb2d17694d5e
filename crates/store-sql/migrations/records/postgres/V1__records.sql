-- Records: what is true until somebody changes it. The same tables and columns as in ../sqlite, V1 to V5;
-- what a column means is said there, and what is PostgreSQL's own here.
--
-- Instants are milliseconds since 1970 (bigint), ids are UUIDv7 (uuid, time-ordered). Texts compare byte by
-- byte (collation C), as they do on the other engine, so that both list in one order and a prefix finds its
-- index. Every column stands in the inventory of tests/records.rs (R-51, R-53).

-- Numbers of births, the middle of each id that is made here.
CREATE SEQUENCE birth;

-- A UUIDv7 made where the rows are: 48 bits of time, 42 bits that only grow, 32 of chance.
CREATE FUNCTION portique_id(millis bigint, number bigint) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex(millis), 12, '0') || '7' || lpad(to_hex((number >> 30) & 4095), 3, '0')
            || to_hex(8 | ((number >> 28) & 3)) || lpad(to_hex(number & 268435455), 7, '0')
            || left(gen_random_uuid()::text, 8))::uuid
$$;

CREATE TABLE meta (
    "only" integer PRIMARY KEY CHECK ("only" = 1),
    generation bigint NOT NULL,
    salt bytea
);
INSERT INTO meta
VALUES (1, 0, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

CREATE TABLE establishment (
    id uuid PRIMARY KEY,
    source text COLLATE "C" NOT NULL,
    source_academy integer NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    uai text COLLATE "C",
    name text COLLATE "C" NOT NULL,
    town text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    tutelle text COLLATE "C" NOT NULL,
    academy integer NOT NULL,
    phone text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    disappeared_at bigint
);
CREATE UNIQUE INDEX establishment_by_key ON establishment (source, source_academy, source_id);
CREATE INDEX establishment_by_uai ON establishment (uai) WHERE uai IS NOT NULL;

CREATE TABLE person (
    id uuid PRIMARY KEY,
    source text COLLATE "C" NOT NULL,
    source_academy integer NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    last_name text COLLATE "C" NOT NULL,
    first_name text COLLATE "C" NOT NULL,
    birth_name text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    birth_date text COLLATE "C",
    folded_last text COLLATE "C" NOT NULL,
    folded_first text COLLATE "C" NOT NULL,
    search_login text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    disappeared_at bigint,
    ine text COLLATE "C",
    mail text COLLATE "C" NOT NULL DEFAULT '',
    until text COLLATE "C"
);
CREATE INDEX person_by_ine ON person (ine) WHERE ine IS NOT NULL;
CREATE INDEX person_by_until ON person (until) WHERE until IS NOT NULL;
CREATE UNIQUE INDEX person_by_key ON person (source, source_academy, source_id);
CREATE INDEX person_by_name ON person (folded_last, folded_first, id, search_login);
CREATE INDEX person_by_departure ON person (disappeared_at) WHERE disappeared_at IS NOT NULL;
CREATE INDEX person_by_first ON person (folded_first, folded_last);

CREATE TABLE place (
    person uuid NOT NULL REFERENCES person (id),
    establishment uuid NOT NULL REFERENCES establishment (id),
    profile integer NOT NULL,
    classes text COLLATE "C" NOT NULL,
    folded_last text COLLATE "C" NOT NULL,
    folded_first text COLLATE "C" NOT NULL,
    heads text COLLATE "C" NOT NULL DEFAULT '[]',
    PRIMARY KEY (person, establishment, profile)
);
CREATE INDEX place_by_name ON place (establishment, folded_last, folded_first, person);

CREATE TABLE relation (
    child uuid NOT NULL REFERENCES person (id),
    relative uuid NOT NULL REFERENCES person (id),
    link text COLLATE "C" NOT NULL,
    legal integer NOT NULL,
    PRIMARY KEY (child, relative)
);
CREATE INDEX relation_by_relative ON relation (relative, legal);

CREATE TABLE feed_alias (
    source text COLLATE "C" NOT NULL,
    academy integer NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    person uuid NOT NULL REFERENCES person (id),
    digest bytea NOT NULL,
    PRIMARY KEY (source, academy, source_id)
);
CREATE INDEX feed_alias_by_person ON feed_alias (person);

CREATE TABLE login_used (
    login text COLLATE "C" PRIMARY KEY,
    person uuid NOT NULL
);
CREATE INDEX login_used_by_person ON login_used (person);

CREATE TABLE login_gone (digest bytea PRIMARY KEY);

CREATE TABLE account (
    person uuid PRIMARY KEY REFERENCES person (id),
    login text COLLATE "C" NOT NULL REFERENCES login_used (login),
    state text COLLATE "C" NOT NULL,
    state_since bigint NOT NULL,
    state_before_freeze text COLLATE "C",
    state_before_end text COLLATE "C",
    code_mac bytea,
    code_expires_at bigint,
    code_state text COLLATE "C",
    phc text COLLATE "C",
    activated_at bigint
);
-- A login that goes asks whether an account still has it.
CREATE INDEX account_by_login ON account (login);
CREATE INDEX account_by_rare_state ON account (state) WHERE state NOT IN ('active', 'to_activate');

CREATE TABLE account_change (
    person uuid NOT NULL REFERENCES account (person),
    number bigint NOT NULL,
    at bigint NOT NULL,
    from_state text COLLATE "C",
    to_state text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    PRIMARY KEY (person, number)
);

CREATE TABLE second_factor (
    person uuid PRIMARY KEY REFERENCES account (person),
    sealed bytea NOT NULL,
    last_step bigint NOT NULL,
    enrolled_at bigint NOT NULL
);

CREATE TABLE charter (
    id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    profiles text COLLATE "C" NOT NULL,
    effective_at bigint NOT NULL,
    UNIQUE (name, version)
);

CREATE TABLE charter_text (
    charter uuid NOT NULL REFERENCES charter (id),
    position integer NOT NULL,
    language text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    short text COLLATE "C" NOT NULL,
    full_text text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (charter, position),
    UNIQUE (charter, language)
);

CREATE TABLE charter_proof (
    person uuid NOT NULL REFERENCES person (id),
    charter uuid NOT NULL REFERENCES charter (id),
    language text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    at bigint NOT NULL,
    accepted_by text COLLATE "C" NOT NULL,
    establishment uuid,
    PRIMARY KEY (person, charter)
);

CREATE TABLE power (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    person uuid NOT NULL REFERENCES person (id),
    action text COLLATE "C" NOT NULL,
    perimeter text COLLATE "C" NOT NULL,
    valid_from bigint NOT NULL,
    valid_to bigint NOT NULL,
    reason text COLLATE "C" NOT NULL,
    grantor text COLLATE "C" NOT NULL,
    revoked_at bigint,
    revoked_by text COLLATE "C"
);
CREATE INDEX power_by_person ON power (person);

CREATE TABLE invitation (
    secret bytea PRIMARY KEY,
    person uuid NOT NULL REFERENCES account (person),
    expires_at bigint NOT NULL,
    invited_by text COLLATE "C" NOT NULL,
    invited_at bigint NOT NULL,
    redeemed_at bigint
);

CREATE TABLE sealed_key (
    id text COLLATE "C" PRIMARY KEY,
    purpose text COLLATE "C" NOT NULL,
    slot text COLLATE "C" NOT NULL,
    algorithm text COLLATE "C" NOT NULL,
    sealed bytea NOT NULL,
    public bytea,
    created_at bigint NOT NULL,
    -- Of two nodes that draw first keys at once one is late, and reads what the other drew. Looked at when
    -- the act ends, since a rotation moves each key by one slot.
    EXCLUDE USING btree (purpose WITH =, slot WITH =) WHERE (slot <> 'retired')
        DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE feed_plan (
    id uuid PRIMARY KEY,
    source text COLLATE "C" NOT NULL,
    academy integer NOT NULL,
    base bigint NOT NULL,
    asked_by text COLLATE "C" NOT NULL,
    planned_at bigint NOT NULL,
    stage uuid NOT NULL,
    head text COLLATE "C" NOT NULL,
    totals text COLLATE "C" NOT NULL,
    findings bigint NOT NULL,
    guards bigint NOT NULL,
    plan text COLLATE "C" NOT NULL,
    stage_digest bytea,
    signature bytea
);

CREATE TABLE guard_lift (
    plan uuid NOT NULL REFERENCES feed_plan (id),
    guard text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    approved_by text COLLATE "C" NOT NULL,
    asked_by text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    lifted_at bigint NOT NULL,
    PRIMARY KEY (plan, guard, scope, approved_by)
);

CREATE TABLE feed_run (
    id uuid PRIMARY KEY,
    plan uuid NOT NULL UNIQUE REFERENCES feed_plan (id),
    source text COLLATE "C" NOT NULL,
    academy integer NOT NULL,
    delivery_date text COLLATE "C" NOT NULL,
    applied_by text COLLATE "C" NOT NULL,
    applied_at bigint NOT NULL,
    rows_written bigint NOT NULL,
    accounts_created bigint NOT NULL,
    people_left bigint NOT NULL,
    number bigint,
    held text COLLATE "C" NOT NULL DEFAULT ''
);

CREATE TABLE run_change (
    run bigint NOT NULL,
    kind integer NOT NULL,
    id uuid NOT NULL,
    before text COLLATE "C",
    digest bytea NOT NULL,
    gone_at bigint,
    PRIMARY KEY (run, kind, id)
);

CREATE TABLE run_undo (
    run uuid PRIMARY KEY REFERENCES feed_run (id),
    id uuid NOT NULL UNIQUE,
    undone_by text COLLATE "C" NOT NULL,
    undone_at bigint NOT NULL,
    rows_written bigint NOT NULL,
    rows_kept bigint NOT NULL
);

CREATE TABLE contact (
    person uuid PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    mail text COLLATE "C",
    folded text COLLATE "C",
    verified_at bigint,
    offered text COLLATE "C",
    offered_at bigint,
    code_mac bytea,
    code_expires_at bigint
);
CREATE INDEX contact_by_mail ON contact (folded, person) WHERE folded IS NOT NULL;

CREATE TABLE partner (
    id text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL,
    client_id text COLLATE "C" UNIQUE,
    secret bytea,
    former_secret bytea,
    secret_written_at bigint,
    secret_written_by text COLLATE "C",
    removed_at bigint,
    removed_by text COLLATE "C"
);

CREATE TABLE partner_version (
    partner text COLLATE "C" NOT NULL REFERENCES partner (id),
    version integer NOT NULL,
    body text COLLATE "C" NOT NULL,
    written_at bigint NOT NULL,
    written_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (partner, version)
);

CREATE TABLE partner_meta (
    "only" integer PRIMARY KEY CHECK ("only" = 1),
    generation bigint NOT NULL
);
INSERT INTO partner_meta ("only", generation) VALUES (1, 0);

CREATE TABLE habilitation (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    person uuid NOT NULL REFERENCES person (id),
    group_code text COLLATE "C" NOT NULL,
    valid_from bigint NOT NULL,
    valid_to bigint NOT NULL,
    reason text COLLATE "C" NOT NULL,
    grantor text COLLATE "C" NOT NULL,
    revoked_at bigint,
    revoked_by text COLLATE "C"
);
CREATE INDEX habilitation_by_person ON habilitation (person, number);
CREATE INDEX habilitation_by_group ON habilitation (group_code, number);

CREATE TABLE pseudonym (
    person uuid NOT NULL,
    sector text COLLATE "C" NOT NULL,
    root uuid NOT NULL,
    pairwise_key text COLLATE "C" NOT NULL,
    drawn_at bigint NOT NULL,
    PRIMARY KEY (person, sector)
);

CREATE TABLE resource (
    id text COLLATE "C" PRIMARY KEY,
    title text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    level text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    access_url text COLLATE "C" NOT NULL,
    active boolean NOT NULL,
    written_at bigint NOT NULL,
    written_by text COLLATE "C" NOT NULL
);
CREATE INDEX resource_by_provider ON resource (provider);

CREATE TABLE subscription (
    id text COLLATE "C" PRIMARY KEY,
    resource text COLLATE "C" NOT NULL REFERENCES resource (id),
    uai text COLLATE "C" NOT NULL,
    valid_from bigint NOT NULL,
    valid_to bigint NOT NULL,
    audiences text COLLATE "C" NOT NULL,
    whole_establishment boolean NOT NULL,
    written_at bigint NOT NULL,
    written_by text COLLATE "C" NOT NULL
);
CREATE INDEX subscription_by_uai ON subscription (uai, valid_to);
CREATE INDEX subscription_by_resource ON subscription (resource, uai);

CREATE TABLE affectation (
    subscription text COLLATE "C" NOT NULL REFERENCES subscription (id),
    number bigint NOT NULL,
    class text COLLATE "C",
    profile integer,
    valid_from bigint NOT NULL,
    revoked_at bigint,
    given_by text COLLATE "C" NOT NULL,
    revoked_by text COLLATE "C",
    PRIMARY KEY (subscription, number),
    CHECK ((class IS NULL) <> (profile IS NULL))
);

CREATE TABLE notice (
    person uuid NOT NULL REFERENCES person (id),
    partner text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (person, partner)
);
