"""Every number of the wire in one place: unit in the name, reason beside it."""

from typing import Final

# --- Ports -----------------------------------------------------------------
DEFAULT_PORT: Final = 48484
"""UDP chat and TCP streams; the next free one is taken when it is in use."""
DISCOVERY_PORT: Final = 48483
"""UDP beacons only, shared by all instances of a machine (address reuse).

Not DEFAULT_PORT: a shared port lets any local program take another's unicast
datagrams, so sessions live on a port that is bound exclusively.
"""
PORT_MIN: Final = 1024
"""A beacon makes its hearers send to the port it names. Below here are name, time and
directory servers, and no Landline: nobody shall make us knock there."""
PORT_TRIES: Final = 64
"""How many ports above DEFAULT_PORT are tried: far more than profiles on one machine."""

# --- Datagrams -------------------------------------------------------------
DATAGRAM_MAX_BYTES: Final = 1200
"""Never fragmented: fits IPv6's minimum MTU of 1280 with tunnel headers to spare."""
RECEIVE_BUFFER_BYTES: Final = 65_535
"""POSIX cuts a longer datagram silently, Windows raises: read whole ones, then drop."""
DATAGRAM_HEADER_BYTES: Final = 16
"""Magic 2, version 1, type 1, receiver index 4, counter 8."""
TAG_BYTES: Final = 16
"""AES-GCM's authentication tag."""
PAYLOAD_MAX_BYTES: Final = DATAGRAM_MAX_BYTES - DATAGRAM_HEADER_BYTES - TAG_BYTES
"""What one sealed datagram holds for the layer above (1168)."""

# --- Streams ---------------------------------------------------------------
STREAM_PREFIX_BYTES: Final = 5
"""Length (4, big-endian, of the sealed body) and type (1)."""
CONTENT_BYTES: Final = 256 * 1024
"""One content record. 64 KiB to 1 MiB measure equal; smaller keeps memory and latency low."""
HEADER_MAX_BYTES: Final = 64 * 1024
"""One JSON header."""
STREAM_BODY_MAX_BYTES: Final = CONTENT_BYTES + TAG_BYTES
"""Checked before anything is allocated."""
HANDSHAKE_BODY_MAX_BYTES: Final = 1024
"""Before a peer has proven who it is, it gets room for one Noise message and no more."""

# --- Texts and names -------------------------------------------------------
TEXT_MAX_BYTES: Final = 64 * 1024
"""UTF-8. More is a file."""
NAME_MAX_BYTES: Final = 128
"""A person's or device's name, UTF-8; about 40 Chinese characters."""
RECORD_MAX_BYTES: Final = TEXT_MAX_BYTES + 4096
"""A record with the largest text and its envelope."""
MENTIONS_MAX: Final = 32
"""People one text names: more is a text to everybody."""
EMOJI_MAX_BYTES: Final = 64
"""One emoji of a reaction: a family with skin tones, joined by joiners, has 41."""
EMOJI_MAX_CHARS: Final = 16
"""That family has 10 code points."""
PICTURE_MAX_BYTES: Final = 32 * 1024
"""An encoded picture of a person or a room, some 256 pixels wide."""
OFFER_NAMES_MAX: Final = 20
"""Names shown with an offer; the whole list is in the manifest."""

# --- Delivery --------------------------------------------------------------
WINDOW_RECORDS: Final = 1024
"""How far a sender may run ahead of the first unacknowledged record; the receiver's
bitmap of what came out of order is never larger."""
FRAMES_MAX: Final = 256
"""Frames in one payload: a full datagram holds fewer, a stream needs no more."""
IN_FLIGHT_BYTES: Final = 4 * 1024 * 1024
"""Records a lane keeps in memory; the rest waits in the outbox on disk."""
RTO_FIRST_S: Final = 0.06
"""Before a round trip is known: a slow disk's commit at the other end fits in."""
RTO_FLOOR_S: Final = 0.015
RTO_GROWTH: Final = 1.4
RTO_CAP_S: Final = 0.15
"""While acknowledgements come. Trial at 30 % loss each way: p99 35 ms."""
RTO_SILENT_CAP_S: Final = 2.0
"""When none come: the other is going away, or the network is full."""
STREAM_PATIENCE_S: Final = 10.0
"""What went by stream needs no repeats for the network's sake. This is for an other end that
could not take it in; IN_FLIGHT_BYTES need longer only below 4 Mbit/s."""
REORDER_FLIGHTS: Final = 3
"""A record is lost when datagrams this much younger were acknowledged (as TCP's three)."""
WINDOW_FIRST_DATAGRAMS: Final = 32
WINDOW_MIN_DATAGRAMS: Final = 4
WINDOW_MAX_DATAGRAMS: Final = 512
"""Not acknowledged yet: 600 KB, what a socket takes in while its owner does something else."""
HELD_MAX: Final = 64
"""Numbers in one Held: it is never larger than what it answers, and is said again."""
HOLD_S: Final = 2.0
"""A record that came out of order waits so long for those before it, then is shown."""

# --- Files -------------------------------------------------------------------
MANIFEST_ENTRIES_MAX: Final = 1_000_000
"""Files and folders of one transfer: a large home folder, and still seconds to list."""
MANIFEST_FOLDERS_MAX: Final = 200_000
"""More than any home folder has."""
MANIFEST_TOPS_MAX: Final = 100_000
"""Things dropped at once. Of these two kinds names are held in memory while receiving."""
MANIFEST_CHUNK_MAX_BYTES: Final = 64 * 1024
"""What a reader holds at once, however long the manifest is."""
MANIFEST_MAX_BYTES: Final = 128 * 1024 * 1024
"""MANIFEST_ENTRIES_MAX entries with names of a hundred bytes each."""
FILE_NAME_MAX_CHARS: Final = 1024
"""Longer than any file system's names; written ones are cut to FILE_NAME_MAX_BYTES."""
PATH_DEPTH_MAX: Final = 128
"""Folders within folders: more than any tool makes on purpose."""
PATH_MAX_BYTES: Final = 4096
"""POSIX's PATH_MAX: deeper or longer trees cannot be opened by most programs."""
TRANSFER_MAX_BYTES: Final = 2**62 - 1
"""Sums never leave a signed 64-bit number."""
BLOCK_BYTES: Final = 16 * 1024 * 1024
"""What two copies of a file are compared by: one damaged byte costs this much, and the hashes
of a terabyte are 2 MiB."""
RUN_FILES_MAX: Final = 4096
"""Files sent back to back under one header; naming all of them as changed fits one header."""

# --- Rooms -------------------------------------------------------------------
ROOM_MEMBERS_MAX: Final = 200
"""A text goes to each of them by itself: 200 datagrams are sealed within some 25 ms."""
ROOM_ENTRIES_MAX: Final = 4096
"""Of one room's log, for good. Joining, leaving and renaming of years; beyond, it is frozen."""
ROOM_ENTRIES_END: Final = 2 * ROOM_ENTRIES_MAX
"""The admin still removes, and members leave, when others have filled the log."""
ROOM_ENTRIES_OF_ONE_MAX: Final = 256
"""Of one member who is not the room's admin: nobody fills the log alone."""
ROOM_PARENTS_MAX: Final = 16
"""Branches that one entry joins; what is left over, the next one joins."""
ROOM_MARKS_MAX: Final = 256
"""Entries told when asking for others; with fewer, more is sent than was missing."""
ROOM_AUTHORS_MAX: Final = 512
"""Whose posts are told of at once: all members, and as many who are gone."""
DELETED_POSTS_MAX: Final = 1024
"""A text and its edits; of one that was edited more often the newest edits stay to be had."""
ROOM_GIVE_BYTES: Final = 256 * 1024
"""What one question for missed posts is answered with, then it is asked again: less than a
lane holds in memory."""
