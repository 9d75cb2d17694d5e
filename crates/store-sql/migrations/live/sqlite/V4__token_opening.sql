-- What a token was opened with. What the receipt of the opening names, codes by single spaces: a token never
-- gives more, and one from before gives nothing but the pseudonym. The resource, and the UAI of the
-- establishment that it was chosen in.

ALTER TABLE token ADD COLUMN released TEXT NOT NULL DEFAULT '';
ALTER TABLE token ADD COLUMN resource TEXT;
ALTER TABLE token ADD COLUMN establishment TEXT;
