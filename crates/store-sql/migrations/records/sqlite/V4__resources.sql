-- Resources, subscriptions and affectations (gar §6.2), and who was told what a provider receives.
--
-- Instants and profiles as in V1. The provider is the id of a partner; partners are kept by versions in
-- tables of their own, so no constraint ties the two: the decision refuses a resource whose provider is
-- not in force.

CREATE TABLE resource (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    subject TEXT NOT NULL,
    provider TEXT NOT NULL,
    access_url TEXT NOT NULL,
    active INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    written_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX resource_by_provider ON resource (provider);

CREATE TABLE subscription (
    id TEXT NOT NULL PRIMARY KEY,
    resource TEXT NOT NULL REFERENCES resource (id),
    uai TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL,
    -- Words of the GAR, joined by commas, in their order.
    audiences TEXT NOT NULL,
    whole_establishment INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    written_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_by_uai ON subscription (uai, valid_to);
CREATE INDEX subscription_by_resource ON subscription (resource, uai);

-- One row for each time that an affectation was given: given again after it was taken back, it has another.
CREATE TABLE affectation (
    subscription TEXT NOT NULL REFERENCES subscription (id),
    number INTEGER NOT NULL,
    -- One of the two.
    class TEXT,
    profile INTEGER,
    valid_from INTEGER NOT NULL,
    revoked_at INTEGER,
    given_by TEXT NOT NULL,
    revoked_by TEXT,
    PRIMARY KEY (subscription, number),
    CHECK ((class IS NULL) <> (profile IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
    person BLOB NOT NULL REFERENCES person (id),
    partner TEXT NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (person, partner)
) STRICT, WITHOUT ROWID;
