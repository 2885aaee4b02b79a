-- What contacts look like, and we: as it was sent, nobody has looked into it.

CREATE TABLE picture (
    person_row      INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    hash            BLOB NOT NULL CHECK (length(hash) = 32),              -- PROTOCOL's, of the image
    image           BLOB NOT NULL CHECK (length(image) BETWEEN 1 AND 32768)
) STRICT;
CREATE INDEX picture_hash ON picture (hash);

CREATE TABLE own_picture (
    place           INTEGER PRIMARY KEY CHECK (place = 0),                -- there is one at most
    image           BLOB NOT NULL CHECK (length(image) BETWEEN 1 AND 32768)
) STRICT;
