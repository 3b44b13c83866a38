-- The answers about responsibility that a birthday or another agreement version may change: the last ones of open cases.
ALTER TABLE responsibility ADD COLUMN follows boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN responsibility.follows IS 'The last answer of a case that has not ended: it follows the facts on record';
CREATE INDEX responsibility_follows ON responsibility (case_id) WHERE follows;
