-- What partners are to be told, until they have taken it: as in ../sqlite.
CREATE TABLE partner_event (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partner text COLLATE "C" NOT NULL REFERENCES partner (id),
    event text COLLATE "C" NOT NULL,
    cause uuid NOT NULL,
    root uuid NOT NULL,
    pairwise_key text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    given_up_at bigint,
    error text COLLATE "C" NOT NULL DEFAULT '',
    UNIQUE (partner, cause, event, root)
);
CREATE INDEX partner_event_by_partner ON partner_event (partner, number) WHERE given_up_at IS NULL;

CREATE TABLE partner_outlet (
    partner text COLLATE "C" PRIMARY KEY REFERENCES partner (id),
    tries integer NOT NULL,
    next_at bigint NOT NULL,
    leased_until bigint NOT NULL,
    error text COLLATE "C" NOT NULL
);
