-- What a text can be besides a text: an answer, a forwarded one; edited, deleted, reacted to.
--
-- An edit and a reaction carry an order of their author's; the highest counts, whenever it
-- comes and however often. A deletion counts for ever.

ALTER TABLE message ADD COLUMN reply_author BLOB CHECK (length(reply_author) = 32);   -- a peer id
ALTER TABLE message ADD COLUMN reply_id BLOB CHECK (length(reply_id) = 16);
ALTER TABLE message ADD COLUMN mentions BLOB NOT NULL DEFAULT x'';                    -- peer ids, 32 bytes each
ALTER TABLE message ADD COLUMN is_forwarded INTEGER NOT NULL DEFAULT 0 CHECK (is_forwarded IN (0, 1));
ALTER TABLE message ADD COLUMN edit_order INTEGER NOT NULL DEFAULT -1;                -- of the edit shown; -1: none
ALTER TABLE message ADD COLUMN edited_ms INTEGER;
ALTER TABLE message ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1));

CREATE TRIGGER message_stays_deleted BEFORE UPDATE OF is_deleted, text ON message
WHEN old.is_deleted = 1 AND (new.is_deleted = 0 OR new.text <> '')
BEGIN
    SELECT raise(ABORT, 'a deleted message stays deleted');
END;

CREATE TABLE earlier_text (
    message_row     INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    edit_order      INTEGER NOT NULL,             -- -1: as it was sent
    text            TEXT NOT NULL,
    time_ms         INTEGER NOT NULL,
    PRIMARY KEY (message_row, edit_order)
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction (
    message_row     INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    author          INTEGER NOT NULL,             -- as in message
    emoji           TEXT NOT NULL,
    reaction_order  INTEGER NOT NULL,
    is_on           INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    PRIMARY KEY (message_row, author, emoji)
) STRICT, WITHOUT ROWID;

-- Deeds that came before the message they are about; taken up in the commit that brings it.
CREATE TABLE early_deed (
    deed_row        INTEGER PRIMARY KEY,          -- the order of arrival
    conversation_row INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
    author          INTEGER NOT NULL,             -- whose deed
    message_id      BLOB NOT NULL CHECK (length(message_id) = 16),
    record          BLOB NOT NULL                 -- as it came
) STRICT;
CREATE INDEX early_deed_message ON early_deed (message_id);
CREATE INDEX early_deed_author ON early_deed (conversation_row, author);
