-- What time alone brings is looked for every minute: by its last day, among the few rows that wait for nobody.
CREATE INDEX worklist_lapse ON worklist (due) WHERE key LIKE 'lapse:%';
