-- The versions of subordinate agreements by which a worklist was listed, beside the main one: the id and version of each.
ALTER TABLE listing ADD COLUMN subordinate text[] NOT NULL DEFAULT '{}';
