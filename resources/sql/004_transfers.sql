-- Transfers that pause, go on by themselves and wait in a queue; what each side said of them last.
--
-- A word is the array [verdict, number, heard, reason]: the verdicts are PROTOCOL's, 0 is none yet.

ALTER TABLE transfer ADD COLUMN done_files INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transfer ADD COLUMN left_out_files INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transfer ADD COLUMN left_out_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transfer ADD COLUMN bad_names TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(bad_names));   -- array
ALTER TABLE transfer ADD COLUMN skipped TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(skipped));       -- array; outgoing
ALTER TABLE transfer ADD COLUMN skipped_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transfer ADD COLUMN way TEXT;
ALTER TABLE transfer ADD COLUMN queue_key INTEGER NOT NULL DEFAULT 0;    -- incoming, from when it is accepted
ALTER TABLE transfer ADD COLUMN landing TEXT;                            -- name of the partial folder while there may be one
ALTER TABLE transfer ADD COLUMN choices TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(choices));
ALTER TABLE transfer ADD COLUMN our_word TEXT NOT NULL DEFAULT '[0,0,0,""]' CHECK (json_valid(our_word));
ALTER TABLE transfer ADD COLUMN their_word TEXT NOT NULL DEFAULT '[0,0,0,""]' CHECK (json_valid(their_word));
ALTER TABLE transfer ADD COLUMN ended_ms INTEGER;                        -- of the newest end; ours to compare with now

CREATE INDEX transfer_landing ON transfer (transfer_row) WHERE landing IS NOT NULL;

-- What was said before there were words: by the receiver, then whatever ended it.
UPDATE transfer SET our_word = CASE state WHEN 4 THEN '[4,0,0,""]' WHEN 5 THEN '[2,0,0,""]' ELSE '[1,0,0,""]' END
    WHERE direction = 0 AND state <> 0;
UPDATE transfer SET their_word = CASE state WHEN 4 THEN '[4,0,0,""]' WHEN 5 THEN '[2,0,0,""]' ELSE '[1,0,0,""]' END
    WHERE direction = 1 AND state <> 0;
UPDATE transfer SET our_word = '[3,0,0,""]' WHERE state = 6 AND reason IS 'by_user';
UPDATE transfer SET their_word = '[3,0,0,""]' WHERE state = 6 AND reason IS NOT 'by_user';
UPDATE transfer SET our_word = json_array(5, 0, 0, ifnull(reason, '')) WHERE state = 7;
UPDATE transfer SET queue_key = transfer_row WHERE direction = 0 AND state <> 0;

ALTER TABLE person ADD COLUMN auto_accept_max_bytes INTEGER CHECK (auto_accept_max_bytes >= 0);   -- NULL: no limit
ALTER TABLE person ADD COLUMN way TEXT;                                  -- who reached whom for the last transfer
