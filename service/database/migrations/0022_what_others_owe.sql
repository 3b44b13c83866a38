-- Who waits for an item: the other party of the case. Rows of earlier acts have it after `kvittens rebuild --replace`.
ALTER TABLE worklist ADD COLUMN awaited_by text;
CREATE INDEX worklist_awaited ON worklist (awaited_by, priority DESC, due, due_at, since, key, case_id);
