-- What partners are to be told, until they have taken it. No reference to the person: root and key are what
-- her identifier at that partner is drawn from, and an erasure is told after her rows are gone.
CREATE TABLE partner_event (
    number INTEGER PRIMARY KEY,
    partner TEXT NOT NULL REFERENCES partner (id),
    event TEXT NOT NULL,
    -- The run, the undoing, or the act of the life of accounts.
    cause BLOB NOT NULL,
    root BLOB NOT NULL,
    pairwise_key TEXT NOT NULL,
    at INTEGER NOT NULL,
    given_up_at INTEGER,
    error TEXT NOT NULL DEFAULT '',
    UNIQUE (partner, cause, event, root)
) STRICT;
CREATE INDEX partner_event_by_partner ON partner_event (partner, number) WHERE given_up_at IS NULL;

-- How the telling of one partner goes: a partner that does not answer is left alone until next_at.
CREATE TABLE partner_outlet (
    partner TEXT NOT NULL PRIMARY KEY REFERENCES partner (id),
    tries INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    -- Somebody tells it just now, or died while doing so.
    leased_until INTEGER NOT NULL,
    error TEXT NOT NULL
) STRICT, WITHOUT ROWID;
