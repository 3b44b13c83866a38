-- The readers of a case are those of its request: a receiver that returned it keeps the Task that it had, and reads no more.
CREATE INDEX resource_request ON resource (case_id) WHERE resource_type = 'ServiceRequest';
