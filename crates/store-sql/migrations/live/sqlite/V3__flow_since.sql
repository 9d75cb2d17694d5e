-- When the person of a flow that goes on from a session showed who she is.
ALTER TABLE flow ADD COLUMN since INTEGER;
