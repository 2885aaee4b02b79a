"""Looking into an offer: the list that was offered or none, and never more of it than asked."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from net.protocol.errors import RemoteProtocolError
from net.protocol.manifest import Entry, EntryKind, Manifest, ManifestWriter
from net.protocol.stream import StreamType
from net.protocol.transfer import Accept, Alive, Cancel, End, Header, Refuse
from net.transfer import listing
from net.transfer.faults import Fault, TransferFault
from net.transfer.listing import (
    ListedEntry,
    Listing,
    ask_listing,
    give_manifest,
    read_listing,
)
from net.transfer.offered import Shown
from net.transfer.progress import Progress
from tests.unit.net.transfer.talk import WAIT_S, linked, running
from tests.unit.net.transfer.talk import End as Peer

FILE, FOLDER = EntryKind.FILE, EntryKind.FOLDER


def manifest_of(*entries: Entry) -> Manifest:
    writer = ManifestWriter()
    for entry in entries:
        writer.add(entry)
    return writer.finish()


def shown_of(manifest: Manifest) -> Shown:
    totals = manifest.totals
    return Shown(
        totals.manifest_hash, totals.size_bytes, totals.files, totals.folders, totals.names
    )


MANIFEST = manifest_of(
    Entry(0, FOLDER, "photos"),
    Entry(0, FILE, "con.txt", 3),
    Entry(1, FOLDER, "a:b"),
    Entry(1, EntryKind.EXECUTABLE, "run", 5),
    Entry(2, FILE, "deep", 7),
)
SHOWN = shown_of(MANIFEST)
LISTED = (
    ListedEntry("photos", 0, True),
    ListedEntry("_con.txt", 3, False),
    ListedEntry("photos/a_b", 0, True),
    ListedEntry("photos/run", 5, False),
    ListedEntry("photos/a_b/deep", 7, False),
)


def ask(
    drive: Callable[[Peer], object],
    shown: Shown = SHOWN,
    limit: int = 100,
    progress: Progress | None = None,
) -> Listing:
    """What the receiver makes of a sender played by ``drive``."""
    with linked() as (near, far):
        channel = near.channel(idle_s=1.0)
        with running(lambda: drive(far)) as driving:
            try:
                return ask_listing(channel, shown, limit, progress or Progress())
            finally:
                assert near.sock.fileno() < 0
                driving.result(WAIT_S)


def tell(*headers: Header, content: bytes = b"") -> Callable[[Peer], None]:
    def drive(peer: Peer) -> None:
        for header in headers:
            peer.say(header)
        if content:
            peer.give(content)
        peer.finish()

    return drive


def fault_of(drive: Callable[[Peer], object], shown: Shown = SHOWN) -> Fault:
    with pytest.raises(TransferFault) as fault:
        ask(drive, shown)
    return fault.value.fault


@pytest.mark.parametrize("limit", range(7))
def test_the_first_entries_are_listed_and_all_are_counted(limit: int) -> None:
    def give(peer: Peer) -> None:
        give_manifest(peer.channel(), MANIFEST, Progress())

    expected = Listing(LISTED[:limit], 5)
    assert ask(give, limit=limit) == expected
    assert read_listing(MANIFEST.chunks, SHOWN, limit) == expected


def test_a_long_list_comes_whole() -> None:
    manifest = manifest_of(*(Entry(0, FILE, f"{number}.jpg", number) for number in range(20_000)))

    def give(peer: Peer) -> None:
        give_manifest(peer.channel(), manifest, Progress())

    found = ask(give, shown_of(manifest), 10_000)
    assert found.count == 20_000
    assert len(found.entries) == 10_000
    assert found.entries[-1] == ListedEntry("9999.jpg", 9999, False)


def test_paths_of_deep_folders_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LISTED_MAX_CHARS", 20)
    found = read_listing(MANIFEST.chunks, SHOWN, 100)
    assert found == Listing(LISTED[:3], 5)


def test_more_than_anybody_shows_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LISTED_MAX", 2)
    assert read_listing(MANIFEST.chunks, SHOWN, 100) == Listing(LISTED[:2], 5)


LIES = {
    "hash": replace(SHOWN, manifest_hash=bytes(32)),
    "size": replace(SHOWN, size_bytes=16),
    "files": replace(SHOWN, files=4),
    "folders": replace(SHOWN, folders=1),
    "names": replace(SHOWN, names=("photos",)),
}


@pytest.mark.parametrize("shown", LIES.values(), ids=LIES.keys())
def test_a_list_that_is_not_what_was_offered_is_refused(shown: Shown) -> None:
    totals = MANIFEST.totals
    content = b"".join(MANIFEST.chunks)
    accept = Accept(totals.encoded_bytes, shown.manifest_hash.hex())
    assert fault_of(tell(accept, content=content), shown) is Fault.BROKEN_PEER
    with pytest.raises(RemoteProtocolError):
        read_listing(MANIFEST.chunks, shown, 100)


def test_a_list_of_nothing_is_no_offer() -> None:
    empty = manifest_of()
    accept = Accept(0, empty.totals.manifest_hash.hex())
    assert fault_of(tell(accept), shown_of(empty)) is Fault.BROKEN_PEER


@pytest.mark.parametrize("cut", [1, 20])
def test_a_list_that_lies_here_in_part_is_refused(cut: int) -> None:
    with pytest.raises(RemoteProtocolError):
        read_listing((b"".join(MANIFEST.chunks)[:-cut],), SHOWN, 100)


SIZE, HASH = MANIFEST.totals.encoded_bytes, MANIFEST.totals.manifest_hash.hex()
DATA = b"".join(MANIFEST.chunks)
TALKS = {
    "refused": (tell(Refuse("not_offered")), Fault.NOT_OFFERED),
    "another hash": (tell(Accept(SIZE, "0" * 64)), Fault.BROKEN_PEER),
    "longer": (tell(Accept(SIZE - 1, HASH), content=DATA), Fault.BROKEN_PEER),
    "cut": (tell(Accept(SIZE, HASH), content=DATA[:5]), Fault.CONNECTION_LOST),
    "no manifest": (tell(Accept(SIZE, HASH), content=b"\xff" * SIZE), Fault.BROKEN_PEER),
    "header": (tell(Accept(SIZE, HASH), End()), Fault.BROKEN_PEER),
    "no word": (tell(End()), Fault.BROKEN_PEER),
    "cancelled": (tell(Accept(SIZE, HASH), Alive(), Cancel("stopped")), Fault.STOPPED),
    "nothing": (tell(), Fault.CONNECTION_LOST),
}


@pytest.mark.parametrize(("drive", "expected"), TALKS.values(), ids=TALKS.keys())
def test_a_sender_that_does_not_keep_to_the_rules_lists_nothing(
    drive: Callable[[Peer], None], expected: Fault
) -> None:
    assert fault_of(drive) is expected


def test_a_silent_sender_is_given_up_when_cancelled() -> None:
    progress = Progress()

    def drive(peer: Peer) -> None:
        progress.cancel(Fault.STOPPED)
        assert peer.hear_header() == Cancel("stopped")
        peer.finish()

    with pytest.raises(TransferFault) as fault:
        ask(drive, progress=progress)
    assert fault.value.fault is Fault.STOPPED


def test_giving_a_list_ends_with_close_and_nothing_else() -> None:
    with (
        linked() as (near, far),
        running(lambda: give_manifest(near.channel(), MANIFEST, Progress())) as giving,
    ):
        assert far.hear_header() == Accept(SIZE, HASH)
        assert far.hear_content(SIZE) == b"".join(MANIFEST.chunks)
        assert far.hear() == (StreamType.CLOSE, b"")
        far.finish()
        giving.result(WAIT_S)


def test_whoever_does_not_read_the_list_is_let_go_when_cancelled() -> None:
    progress = Progress()
    manifest = manifest_of(*(Entry(0, FILE, "x" * 1000 + str(n)) for n in range(20_000)))
    with linked() as (near, far):
        far.sock.settimeout(None)
        with running(lambda: give_manifest(near.channel(), manifest, progress)) as giving:
            assert isinstance(far.hear_header(), Accept)
            progress.cancel(Fault.STOPPED)
            fault = giving.exception(WAIT_S)
        assert near.sock.fileno() < 0
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.STOPPED
