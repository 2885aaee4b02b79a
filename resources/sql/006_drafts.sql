-- A draft knows what it answers.

ALTER TABLE conversation ADD COLUMN draft_reply BLOB CHECK (length(draft_reply) = 16);   -- a message id
