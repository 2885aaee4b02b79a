-- Files of one conversation, the newest first, without looking at those of all others.

CREATE INDEX message_shared ON message (conversation_row, transfer_row) WHERE transfer_row IS NOT NULL;
