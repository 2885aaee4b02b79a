-- Rooms: their logs, what was posted in them, and who of them has it.
--
-- A room's log and posts are kept as they were signed, so that they can be handed on to
-- whoever missed them. A message of a room has the negated feed_row of its author as its
-- lane_row and the post's number as its seq: one author's posts are placed like a lane's.

CREATE TABLE room (
    room_row        INTEGER PRIMARY KEY,
    room_id         BLOB NOT NULL UNIQUE CHECK (length(room_id) = 32),
    name            TEXT NOT NULL,
    picture         BLOB NOT NULL DEFAULT x'',    -- as it was sent: nobody has looked into it
    is_accepted     INTEGER NOT NULL CHECK (is_accepted IN (0, 1)),
    is_muted        INTEGER NOT NULL DEFAULT 0 CHECK (is_muted IN (0, 1))
) STRICT;

CREATE TABLE room_entry (
    entry_row       INTEGER PRIMARY KEY,          -- the order of arrival: what is built on comes first
    room_row        INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    entry_id        BLOB NOT NULL CHECK (length(entry_id) = 32),
    entry           BLOB NOT NULL,
    signature       BLOB NOT NULL CHECK (length(signature) = 64),
    UNIQUE (room_row, entry_id)
) STRICT;

-- What the log says now.
CREATE TABLE room_member (
    room_row        INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    place           INTEGER NOT NULL,             -- in the order of their coming; the first is the admin
    author          INTEGER NOT NULL,             -- person_row, or 0: the owner of this profile
    PRIMARY KEY (room_row, author)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_member_author ON room_member (author);

-- One author's numbered posts in one room.
CREATE TABLE room_feed (
    feed_row        INTEGER PRIMARY KEY AUTOINCREMENT,
    room_row        INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    author          INTEGER NOT NULL,             -- as in message
    next_number     INTEGER NOT NULL DEFAULT 1,   -- the first that is not here; ours: the next to give
    beyond          BLOB NOT NULL DEFAULT x'',    -- as in lane
    receipted       INTEGER NOT NULL DEFAULT 1,   -- below here we told the author "read"
    UNIQUE (room_row, author)
) STRICT;

CREATE TABLE room_post (
    feed_row        INTEGER NOT NULL REFERENCES room_feed ON DELETE CASCADE,
    number          INTEGER NOT NULL,
    digest          BLOB NOT NULL CHECK (length(digest) = 32),
    signature       BLOB NOT NULL CHECK (length(signature) = 64),
    body            BLOB NOT NULL,                -- empty once it was deleted
    about           BLOB CHECK (length(about) = 16),   -- the message it is, or edits
    PRIMARY KEY (feed_row, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_post_about ON room_post (about, feed_row) WHERE about IS NOT NULL;

-- Posts whose words their author has deleted: without a row here an empty one is not believed.
CREATE TABLE room_void (
    feed_row        INTEGER NOT NULL REFERENCES room_feed ON DELETE CASCADE,
    number          INTEGER NOT NULL,
    PRIMARY KEY (feed_row, number)
) STRICT, WITHOUT ROWID;

-- How far a message of ours came with each member it was sent to.
CREATE TABLE receipt (
    message_row     INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    person_row      INTEGER NOT NULL REFERENCES person,
    state           INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),
    lane_row        INTEGER NOT NULL,
    seq             INTEGER NOT NULL,
    PRIMARY KEY (message_row, person_row)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_place ON receipt (lane_row, seq);

CREATE TRIGGER receipt_never_goes_back BEFORE UPDATE OF state ON receipt
WHEN new.state < old.state
BEGIN
    SELECT raise(ABORT, 'a receipt never goes back');
END;

-- What came before the entries it needs; tried again whenever the room's log grows.
CREATE TABLE early_room_record (
    record_row      INTEGER PRIMARY KEY,
    person_row      INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,   -- who brought it
    room_id         BLOB NOT NULL CHECK (length(room_id) = 32),
    record          BLOB NOT NULL
) STRICT;
CREATE INDEX early_room_record_room ON early_room_record (room_id);
CREATE INDEX early_room_record_person ON early_room_record (person_row);

ALTER TABLE conversation ADD COLUMN room_row INTEGER REFERENCES room;
CREATE UNIQUE INDEX conversation_room ON conversation (room_row) WHERE room_row IS NOT NULL;

ALTER TABLE message ADD COLUMN news TEXT CHECK (json_valid(news));   -- who came and went; author is who did it
ALTER TABLE early_deed ADD COLUMN target INTEGER;                    -- author of the message; NULL: the deed's
