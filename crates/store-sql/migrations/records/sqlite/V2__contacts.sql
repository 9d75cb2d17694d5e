-- Mail addresses of people, given by themselves (R-22: service mail only). The address has to be
-- readable to be written to; the folded form is what it is looked up by.
CREATE TABLE contact (
    person BLOB NOT NULL PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    mail TEXT,
    folded TEXT,
    verified_at INTEGER,
    -- One that waits for its code.
    offered TEXT,
    offered_at INTEGER,
    code_mac BLOB,
    code_expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_by_mail ON contact (folded, person) WHERE folded IS NOT NULL;
