-- What a partner was opened with (house §4.3). No value of an attribute, and nothing that identifies:
-- neither column is sealed. The hash of a line covers them only when they are there, so that lines
-- written before keep theirs.

ALTER TABLE line ADD COLUMN partner TEXT;
-- Version of the partner, codes of the attributes with commas, resource; a space between.
ALTER TABLE line ADD COLUMN opening TEXT;

CREATE INDEX line_partner ON line (partner) WHERE partner IS NOT NULL;
