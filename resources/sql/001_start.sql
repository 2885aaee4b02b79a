-- Landline's database, schema 1.
--
-- Numbers that stand for words (states, kinds, directions) are listed in
-- app/store/rows.py; they are never reused. Times are UTC milliseconds. Rooms,
-- edits, reactions and per-member receipts come as later files of this folder.

CREATE TABLE person (
    person_row      INTEGER PRIMARY KEY,          -- from 1; 0 as an author is the owner of the profile
    peer_id         BLOB NOT NULL UNIQUE CHECK (length(peer_id) = 32),
    public_key      BLOB NOT NULL CHECK (length(public_key) = 32),
    name            TEXT NOT NULL,
    device          TEXT NOT NULL,
    app_version     TEXT NOT NULL,
    is_accepted     INTEGER NOT NULL DEFAULT 0 CHECK (is_accepted IN (0, 1)),
    is_verified     INTEGER NOT NULL DEFAULT 0 CHECK (is_verified IN (0, 1)),
    is_blocked      INTEGER NOT NULL DEFAULT 0 CHECK (is_blocked IN (0, 1)),
    is_muted        INTEGER NOT NULL DEFAULT 0 CHECK (is_muted IN (0, 1)),
    is_auto_accept  INTEGER NOT NULL DEFAULT 0 CHECK (is_auto_accept IN (0, 1)),
    last_seen_ms    INTEGER NOT NULL
) STRICT;

-- A key is pinned: the id is its hash, so another key is another person.
CREATE TRIGGER person_key_is_pinned BEFORE UPDATE OF peer_id, public_key ON person
WHEN new.peer_id <> old.peer_id OR new.public_key <> old.public_key
BEGIN
    SELECT raise(ABORT, 'the key of a person never changes');
END;

CREATE TABLE address (
    person_row      INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    address         TEXT NOT NULL,
    seen_ms         INTEGER NOT NULL,
    turn            INTEGER NOT NULL,             -- grows with each sighting: newest first without a clock
    PRIMARY KEY (person_row, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
    conversation_row INTEGER PRIMARY KEY,
    person_row       INTEGER UNIQUE REFERENCES person,   -- a room has none
    draft            TEXT NOT NULL DEFAULT ''
) STRICT;

-- One direction of numbered records between us and a person. A row is never
-- reused for another lane id, so a message of a lane that is gone keeps its place.
CREATE TABLE lane (
    lane_row        INTEGER PRIMARY KEY AUTOINCREMENT,
    person_row      INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    is_outgoing     INTEGER NOT NULL CHECK (is_outgoing IN (0, 1)),
    lane_id         BLOB NOT NULL CHECK (length(lane_id) = 8),
    next_seq        INTEGER NOT NULL DEFAULT 1,   -- out: the next to give; in: the first not here
    beyond          BLOB NOT NULL DEFAULT x'',    -- in: bit k, least first, is next_seq + 1 + k
    receipted_seq   INTEGER NOT NULL DEFAULT 0,   -- in: up to here we said "read"
    UNIQUE (person_row, is_outgoing)
) STRICT;

CREATE TABLE transfer (
    transfer_row    INTEGER PRIMARY KEY,
    transfer_id     BLOB NOT NULL UNIQUE CHECK (length(transfer_id) = 16),
    person_row      INTEGER NOT NULL REFERENCES person,
    direction       INTEGER NOT NULL CHECK (direction IN (0, 1)),
    state           INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7),
    manifest_hash   BLOB NOT NULL CHECK (length(manifest_hash) = 32),
    files           INTEGER NOT NULL CHECK (files >= 0),
    folders         INTEGER NOT NULL CHECK (folders >= 0),
    size_bytes      INTEGER NOT NULL CHECK (size_bytes >= 0),
    names           TEXT NOT NULL CHECK (json_valid(names)),   -- array, the sender's own text
    done_bytes      INTEGER NOT NULL DEFAULT 0,
    path            TEXT CHECK (json_valid(path)),             -- string: a path may be no valid Unicode
    reason          TEXT,
    time_ms         INTEGER NOT NULL,
    sources         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(sources)),   -- array of paths; outgoing
    into_folder     TEXT CHECK (json_valid(into_folder))       -- string, chosen by the user; incoming
) STRICT;
CREATE INDEX transfer_person ON transfer (person_row);
CREATE INDEX transfer_unfinished ON transfer (transfer_row) WHERE state < 4;

CREATE TABLE message (
    message_row      INTEGER PRIMARY KEY,         -- the order of arrival on this disk
    conversation_row INTEGER NOT NULL REFERENCES conversation,
    order_key        INTEGER NOT NULL CHECK (order_key >= 0),
    author           INTEGER NOT NULL,            -- person_row, or 0: the owner of this profile
    message_id       BLOB NOT NULL CHECK (length(message_id) = 16),
    kind             INTEGER NOT NULL CHECK (kind IN (0, 1)),
    text             TEXT NOT NULL,
    time_ms          INTEGER NOT NULL,
    state            INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),   -- own: the ladder; a peer's: 2 unread, 3 read by us
    lane_row         INTEGER,
    seq              INTEGER,
    is_announced     INTEGER NOT NULL DEFAULT 1 CHECK (is_announced IN (0, 1)),
    transfer_row     INTEGER REFERENCES transfer
) STRICT;
CREATE UNIQUE INDEX message_order ON message (conversation_row, order_key);
CREATE UNIQUE INDEX message_identity ON message (message_id, author);
CREATE UNIQUE INDEX message_place ON message (lane_row, seq) WHERE seq IS NOT NULL;
CREATE INDEX message_unread ON message (conversation_row, order_key) WHERE author <> 0 AND state < 3;
CREATE INDEX message_unsettled ON message (lane_row, seq) WHERE author = 0 AND state < 3;
CREATE INDEX message_unannounced ON message (message_row) WHERE is_announced = 0;
CREATE INDEX message_transfer ON message (transfer_row) WHERE transfer_row IS NOT NULL;

-- queued 0, sent 1, delivered 2, read 3, failed 4: a state never goes back, and
-- only what is not delivered can be taken back.
CREATE TRIGGER message_state_never_goes_back BEFORE UPDATE OF state ON message
WHEN new.state < old.state OR (new.state = 4 AND old.state IN (2, 3))
BEGIN
    SELECT raise(ABORT, 'a message state never goes back');
END;

-- Done 4 and declined 5 are for good; cancelled 6 and failed 7 may be tried again.
CREATE TRIGGER transfer_end_is_final BEFORE UPDATE OF state ON transfer
WHEN old.state IN (4, 5) AND new.state <> old.state
BEGIN
    SELECT raise(ABORT, 'a transfer that is done or declined never changes its state');
END;

CREATE TABLE outbox (
    lane_row        INTEGER NOT NULL REFERENCES lane ON DELETE CASCADE,
    seq             INTEGER NOT NULL,
    record          BLOB NOT NULL,
    message_row     INTEGER REFERENCES message,   -- the chat row that waits for it
    PRIMARY KEY (lane_row, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_message ON outbox (message_row) WHERE message_row IS NOT NULL;

-- Words of texts and of offered file names, by message_row. ``place`` holds one
-- word for the conversation, so that a search within it reads no other.
CREATE VIRTUAL TABLE message_search USING fts5 (
    words, place,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER message_leaves_search AFTER DELETE ON message
BEGIN
    DELETE FROM message_search WHERE rowid = old.message_row;
END;
