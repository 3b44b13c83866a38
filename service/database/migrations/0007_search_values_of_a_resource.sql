-- An act replaces the search values of the resources that it changes: they are found by their resource.
CREATE INDEX search_value_resource ON search_value (resource_type, resource_id, parameter);
