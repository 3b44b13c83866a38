-- What waits for an act is found without reading every ledger there has been, and a list of ledgers has pages.
ALTER TABLE ledger ADD COLUMN opened_at timestamptz, ADD COLUMN over boolean NOT NULL DEFAULT false;
UPDATE ledger SET opened_at = (SELECT min(recorded_at) FROM kvittens_events AS e WHERE e.case_id = ledger.case_id),
    over = (kind = 'month' AND content_of(body) ->> 'status' = 'paid')
        OR (kind = 'supplement' AND content_of(body) ->> 'reviewed_at' IS NOT NULL);
ALTER TABLE ledger ALTER COLUMN opened_at SET NOT NULL, ALTER COLUMN over DROP DEFAULT;
COMMENT ON COLUMN ledger.over IS 'Nothing waits for an act on it any more';
DROP INDEX ledger_kind;
CREATE INDEX ledger_opened ON ledger (kind, county, opened_at DESC, case_id DESC);
CREATE INDEX ledger_waiting ON ledger (kind, county) WHERE NOT over;
