-- Of limits that end on one day, those in hours come first, by the hour. A limit in days holds until the day is over.
ALTER TABLE worklist ADD COLUMN due_at timestamptz;
DROP INDEX worklist_principal;
CREATE INDEX worklist_principal ON worklist (principal, priority DESC, due, due_at, since, key, case_id);
