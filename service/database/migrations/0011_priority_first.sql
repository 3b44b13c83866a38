-- What has priority comes first on a worklist, and then the earliest due. The item's body has said if it has priority.
ALTER TABLE worklist ADD COLUMN priority boolean NOT NULL DEFAULT false;
UPDATE worklist SET priority = true WHERE content_of(body) @> '{"priority": true}';
ALTER TABLE worklist ALTER COLUMN priority DROP DEFAULT;
DROP INDEX worklist_principal;
CREATE INDEX worklist_principal ON worklist (principal, priority DESC, due, since, key, case_id);
