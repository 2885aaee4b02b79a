-- Somebody we know may be back with another key.

ALTER TABLE person ADD COLUMN successor INTEGER REFERENCES person ON DELETE SET NULL;   -- who came with their name and device
ALTER TABLE person ADD COLUMN is_moved INTEGER NOT NULL DEFAULT 0 CHECK (is_moved IN (0, 1));   -- the user said: it is them
CREATE INDEX person_successor ON person (successor) WHERE successor IS NOT NULL;
