-- A principal reads the acts of its own staff that were refused, the newest first, all of them or those on a case.
DROP INDEX refusal_case;
CREATE INDEX refusal_principal ON refusal (principal, county, recorded_at, id) WHERE code <> 'NOT_PARTY';
CREATE INDEX refusal_case ON refusal (case_id, principal, county, recorded_at, id) WHERE code <> 'NOT_PARTY';
