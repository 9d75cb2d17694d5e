-- What the receipt of the opening names, codes by single spaces: a token never gives more. One from before
-- gives nothing but the pseudonym.

ALTER TABLE token ADD COLUMN released TEXT NOT NULL DEFAULT '';
