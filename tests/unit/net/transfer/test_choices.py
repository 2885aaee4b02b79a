"""What is chosen of an offer: a part of it, and what happens where a name is taken."""

import errno
import os
from pathlib import Path

import pytest

from net.protocol.limits import CONTENT_BYTES
from net.transfer import blocks, landing, plan, sender, survey
from net.transfer.choices import Choices, Existing
from net.transfer.faults import Fault, TransferFault
from net.transfer.journal import read_journal
from net.transfer.landing import is_complete
from net.transfer.receiver import finish_landed
from net.transfer.scan import Sources
from net.transfer.sources import SourceFile, SourceTree
from tests.unit.net.transfer.talk import LANDING, Outcome, request_for, scan, transfer, tree_of
from tests.unit.net.transfer.test_resume import Wire, stopped

KEEP, REPLACE, SKIP, LEAVE_OUT = (
    Existing.KEEP,
    Existing.REPLACE,
    Existing.SKIP,
    Existing.LEAVE_OUT,
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "may/raw").mkdir(parents=True)
    (folder / "june").mkdir()
    for name in ("a.jpg", "b.jpg", "may/c.jpg", "may/raw/d.raw", "june/e.jpg"):
        (folder / name).write_bytes(name.encode() * 100)
    return folder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Somebody who has the same folder, with one file changed and one of their own."""
    folder = tmp_path / "inbox"
    (folder / "photos/may").mkdir(parents=True)
    (folder / "photos/a.jpg").write_bytes(b"a.jpg" * 100)
    (folder / "photos/b.jpg").write_bytes(b"B.jpg" * 100)
    (folder / "photos/may/c.jpg").write_bytes(b"another size")
    (folder / "photos/own.txt").write_text("mine")
    return folder


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


def files_in(folder: Path) -> set[str]:
    return {name for name, content in tree_of(folder).items() if content is not None}


def got(sources: Sources, inbox: Path, choices: Choices) -> Outcome:
    outcome = transfer(sources, inbox, choices)
    assert not [name for name in os.listdir(inbox) if name.startswith(".landline-")]
    return outcome


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (({"photos/may"}, {}), {"may/c.jpg", "may/raw/d.raw"}),
        (({"photos/may/raw/d.raw", "photos/b.jpg"}, {}), {"may/raw/d.raw", "b.jpg"}),
        ((set(), {"photos/may": LEAVE_OUT}), {"a.jpg", "b.jpg", "june/e.jpg"}),
        ((set(), {"photos": LEAVE_OUT, "photos/may/raw": KEEP}), {"may/raw/d.raw"}),
        (({"photos/may"}, {"photos/may/raw": LEAVE_OUT}), {"may/c.jpg"}),
    ],
)
def test_only_what_is_chosen_is_fetched(
    source: Path,
    tmp_path: Path,
    wire: Wire,
    chosen: tuple[set[str], dict[str, Existing]],
    expected: set[str],
) -> None:
    only, by_path = chosen
    choices = Choices(by_path=by_path, only=frozenset(only))
    sources = scan(source)
    outcome = got(sources, tmp_path / "fresh", choices)
    assert files_in(outcome.got.path) == expected
    sizes = {name: (source / name).stat().st_size for name in files_in(source)}
    assert wire.sent_bytes == sum(sizes[name] for name in expected)
    assert outcome.got.left_out_files == 5 - len(expected)
    left_out_bytes = sum(sizes.values()) - wire.sent_bytes
    for progress in (outcome.sent, outcome.received):
        assert (progress.left_out_bytes, progress.done_bytes) == (left_out_bytes, wire.sent_bytes)
        assert (progress.left_out_files, progress.done_files) == (5 - len(expected), len(expected))


def test_folders_that_are_left_out_are_not_made(source: Path, tmp_path: Path) -> None:
    outcome = got(scan(source), tmp_path / "fresh", Choices(only=frozenset({"photos/june"})))
    assert set(tree_of(outcome.got.path)) == {"june", "june/e.jpg"}


def test_both_are_kept_unless_something_else_is_chosen(source: Path, inbox: Path) -> None:
    before = tree_of(inbox / "photos")
    outcome = got(scan(source), inbox, Choices())
    assert outcome.got.path == inbox / "photos (2)"
    assert tree_of(inbox / "photos") == before
    assert tree_of(inbox / "photos (2)") == tree_of(source)


def test_what_is_the_same_is_skipped_before_a_byte_is_sent(
    source: Path, inbox: Path, wire: Wire
) -> None:
    outcome = got(scan(source), inbox, Choices(SKIP))
    assert (outcome.got.path, outcome.got.names) == (inbox / "photos", ("photos",))
    there = tree_of(inbox / "photos")
    assert there["a.jpg"] == b"a.jpg" * 100
    assert (there["b.jpg"], there["b (2).jpg"]) == (b"B.jpg" * 100, b"b.jpg" * 100)
    assert (there["may/c.jpg"], there["may/c (2).jpg"]) == (b"another size", b"may/c.jpg" * 100)
    assert there["own.txt"] == b"mine"
    assert {"june/e.jpg", "may/raw/d.raw"} <= set(there)
    assert "a (2).jpg" not in there
    assert wire.sent_bytes == sum(len(name) * 100 for name in files_in(source)) - 500
    assert outcome.received.done_bytes == scan(source).manifest.totals.size_bytes


def test_what_is_replaced_is_replaced_and_nothing_else_is_touched(
    source: Path, inbox: Path, wire: Wire
) -> None:
    got(scan(source), inbox, Choices(REPLACE))
    assert tree_of(inbox / "photos") == tree_of(source) | {"own.txt": b"mine"}
    assert wire.sent_bytes == sum(len(name) * 100 for name in files_in(source)) - 500


def test_one_file_is_chosen_apart_from_all_others(source: Path, inbox: Path) -> None:
    got(scan(source), inbox, Choices(KEEP, {"photos/b.jpg": REPLACE}))
    there = tree_of(inbox / "photos")
    assert there["b.jpg"] == b"b.jpg" * 100
    assert there["a.jpg"] == there["a (2).jpg"] == b"a.jpg" * 100
    assert (there["may/c.jpg"], there["may (2)/c.jpg"]) == (b"another size", b"may/c.jpg" * 100)


def test_one_file_is_chosen_deep_in_folders_that_are_there(source: Path, inbox: Path) -> None:
    before = tree_of(inbox / "photos")
    got(scan(source), inbox, Choices(KEEP, {"photos/may/c.jpg": REPLACE}))
    there = tree_of(inbox / "photos")
    assert there["may/c.jpg"] == b"may/c.jpg" * 100
    assert {name: there[name] for name in before if name != "may/c.jpg"} == {
        name: text for name, text in before.items() if name != "may/c.jpg"
    }
    assert there["a (2).jpg"] == b"a.jpg" * 100


@pytest.mark.parametrize("block", range(3))
def test_what_differs_in_one_block_is_not_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    for module in (blocks, plan, sender, survey):
        monkeypatch.setattr(module, "BLOCK_BYTES", 1000)
    big, inbox = tmp_path / "big", tmp_path / "inbox"
    content = bytearray(os.urandom(2500))
    big.write_bytes(content)
    content[1000 * block] ^= 1
    inbox.mkdir()
    (inbox / "big").write_bytes(content)
    got(scan(big), inbox, Choices(SKIP))
    assert (inbox / "big").read_bytes() == content
    assert (inbox / "big (2)").read_bytes() == big.read_bytes()


def test_what_begins_the_same_or_goes_on_is_not_the_same(source: Path, inbox: Path) -> None:
    (inbox / "photos/a.jpg").write_bytes(b"a.jpg" * 99)
    (inbox / "photos/b.jpg").write_bytes(b"b.jpg" * 101)
    got(scan(source), inbox, Choices(SKIP))
    there = tree_of(inbox / "photos")
    assert (there["a.jpg"], there["a (2).jpg"]) == (b"a.jpg" * 99, b"a.jpg" * 100)
    assert (there["b.jpg"], there["b (2).jpg"]) == (b"b.jpg" * 101, b"b.jpg" * 100)


def test_the_same_offer_again_costs_nothing(source: Path, tmp_path: Path, wire: Wire) -> None:
    inbox = tmp_path / "fresh"
    (source / "may/empty").touch()
    for _ in range(3):
        outcome = got(scan(source), inbox, Choices(SKIP))
        assert outcome.got.path == inbox / "photos"
    assert os.listdir(inbox) == ["photos"]
    assert tree_of(inbox / "photos") == tree_of(source)
    assert wire.sent_bytes == scan(source).manifest.totals.size_bytes


@pytest.fixture
def twins(tmp_path: Path) -> Path:
    """Two files that come to one name here, and two folders."""
    folder = tmp_path / "twins"
    for name in ("a:b", "a_b", "d:/x", "d_/x"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


TWINS_HERE = {"a_b": b"a:b", "a_b (2)": b"a_b", "d_/x": b"d:/x", "d_ (3)/x": b"d_/x"}


def test_c21_what_is_there_is_replaced_by_one_of_two_twins_and_the_other_is_kept(
    twins: Path, inbox: Path
) -> None:
    """Also if what is there is the same as the other one."""
    (inbox / "twins/d_").mkdir(parents=True)
    (inbox / "twins/a_b").write_text("a_b")
    (inbox / "twins/d_/x").write_text("d_/x")
    outcome = got(scan(twins), inbox, Choices(REPLACE))
    assert tree_of(outcome.got.path) == TWINS_HERE | {"d_": None, "d_ (3)": None}


def test_c21_what_has_a_twins_number_by_chance_is_never_replaced(twins: Path, inbox: Path) -> None:
    """Nobody was asked about that name."""
    for own in ("twins/a_b (2)", "twins/d_ (3)/x"):
        (inbox / own).parent.mkdir(parents=True, exist_ok=True)
        (inbox / own).write_text("the user's")
    outcome = got(scan(twins), inbox, Choices(REPLACE))
    found = tree_of(outcome.got.path)
    assert {found["a_b (2)"], found["d_ (3)/x"]} == {b"the user's"}
    assert (found["a_b (2) (2)"], found["d_ (3)/x (2)"]) == (b"a_b", b"d_/x")


def test_c21_a_number_that_the_sender_gave_is_a_name_like_any_other(
    tmp_path: Path, inbox: Path
) -> None:
    for folder in (source := tmp_path / "plain", inbox / "plain"):
        folder.mkdir(parents=True)
        (folder / "a (2).txt").write_text(f"of {folder.parent.name}")
    outcome = got(scan(source), inbox, Choices(REPLACE))
    assert tree_of(outcome.got.path) == {"a (2).txt": f"of {tmp_path.name}".encode()}


@pytest.mark.parametrize("choice", [SKIP, REPLACE])
def test_c21_twins_that_are_there_already_are_the_same(
    twins: Path, inbox: Path, wire: Wire, choice: Existing
) -> None:
    for _ in range(2):
        outcome = got(scan(twins), inbox, Choices(choice))
        assert tree_of(outcome.got.path) == TWINS_HERE | {"d_": None, "d_ (3)": None}
    assert wire.sent_bytes == sum(map(len, TWINS_HERE.values()))


@pytest.mark.parametrize("choice", [SKIP, REPLACE])
def test_c18_what_is_no_plain_file_there_is_never_replaced_nor_followed(
    source: Path, inbox: Path, choice: Existing
) -> None:
    outside = inbox.parent / "outside"
    outside.mkdir()
    (outside / "b.jpg").write_bytes(b"b.jpg" * 100)
    (outside / "raw").mkdir()
    photos = inbox / "photos"
    (photos / "b.jpg").unlink()
    (photos / "b.jpg").symlink_to(outside / "b.jpg")
    (photos / "june").symlink_to(outside)
    (photos / "may/raw").symlink_to(outside / "raw")
    (photos / "a.jpg").unlink()
    (photos / "a.jpg").mkdir()
    (photos / "july").write_text("a file there, a folder here")
    (source / "july").mkdir()
    before = tree_of(outside)
    got(scan(source), inbox, Choices(choice))
    assert tree_of(outside) == before
    assert (photos / "b.jpg").is_symlink()
    assert (photos / "b (2).jpg").read_bytes() == b"b.jpg" * 100
    assert (photos / "a (2).jpg").read_bytes() == b"a.jpg" * 100
    assert (photos / "june (2)/e.jpg").exists()
    assert (photos / "july").is_file()
    assert (photos / "july (2)").is_dir()
    assert (photos / "may/raw (2)/d.raw").exists()


def test_choices_may_change_between_two_tries(source: Path, inbox: Path, wire: Wire) -> None:
    (source / "a.jpg").write_bytes(os.urandom(2 * CONTENT_BYTES))
    sources = scan(source)
    assert stopped(sources, inbox, wire, CONTENT_BYTES)
    assert (inbox / LANDING / "files/photos/a.jpg").exists()
    outcome = got(sources, inbox, Choices(only=frozenset({"photos/may"})))
    assert files_in(outcome.got.path) == {"may/c.jpg", "may/raw/d.raw"}
    outcome = got(sources, inbox, Choices(REPLACE))
    assert tree_of(inbox / "photos")["b.jpg"] == b"b.jpg" * 100


def test_nothing_chosen_is_done_at_once(source: Path, tmp_path: Path, wire: Wire) -> None:
    outcome = got(scan(source), tmp_path / "fresh", Choices(LEAVE_OUT))
    assert os.listdir(tmp_path / "fresh") == []
    assert outcome.got.left_out_files == 5
    assert wire.sent_bytes == 0


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a", REPLACE), ("a/b", SKIP), ("a/b/c", SKIP), ("a/bc", REPLACE), ("x", LEAVE_OUT)],
)
def test_the_longest_path_counts(path: str, expected: Existing) -> None:
    choices = Choices(KEEP, {"a": REPLACE, "a/b": SKIP}, frozenset({"a"}))
    assert choices.of(path) is expected


def test_what_holds_for_all_holds_for_a_part_too() -> None:
    assert Choices(SKIP, only=frozenset({"a"})).of("a/x") is SKIP


def test_the_mark_tells_other_choices_apart_and_not_whether_the_rest_is_waited_for() -> None:
    assert Choices().mark == Choices(takes_rest=True).mark == 0
    others = [
        Choices(SKIP),
        Choices(REPLACE),
        Choices(by_path={"a": SKIP}),
        Choices(by_path={"b": SKIP}),
        Choices(only=frozenset({"a"})),
    ]
    assert len({choices.mark for choices in others} - {0}) == len(others)


def test_c24_what_the_sender_has_no_more_is_named_and_can_be_left_out(
    source: Path, tmp_path: Path, wire: Wire
) -> None:
    inbox = tmp_path / "fresh"
    sources = scan(source)
    for name in ("may/c.jpg", "june/e.jpg"):
        (source / name).write_bytes(b"changed")
    with pytest.raises(TransferFault) as fault:
        got(sources, inbox, Choices())
    assert fault.value.fault is Fault.SOURCE_CHANGED
    assert fault.value.names == ("photos/june/e.jpg", "photos/may/c.jpg")
    assert not is_complete(inbox, LANDING, Choices())
    wire.sent_bytes = 0
    outcome = got(sources, inbox, Choices(takes_rest=True))
    assert files_in(inbox / "photos") == {"a.jpg", "b.jpg", "may/raw/d.raw"}
    left_out = len("may/c.jpg" * 100) + len("june/e.jpg" * 100)
    assert wire.sent_bytes == left_out, "only what was not as listed is tried again"
    assert (outcome.got.left_out_files, outcome.got.left_out_bytes) == (2, left_out)
    for progress in (outcome.sent, outcome.received):
        assert (progress.left_out_files, progress.left_out_bytes) == (2, left_out)
        assert progress.done_bytes == sources.manifest.totals.size_bytes - left_out
        assert progress.done_files == 3


def test_c24_a_file_that_changes_between_two_tries_is_fetched_by_none_of_its_blocks(
    tmp_path: Path, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (blocks, plan, sender, survey):
        monkeypatch.setattr(module, "BLOCK_BYTES", CONTENT_BYTES)
    big, inbox = tmp_path / "big", tmp_path / "fresh"
    big.write_bytes(os.urandom(8 * CONTENT_BYTES))
    sources = scan(big)
    stopped(sources, inbox, wire, 6 * CONTENT_BYTES)
    partial = inbox / LANDING / "files/big"
    content = bytearray(partial.read_bytes())
    for at in (1, 2 * CONTENT_BYTES + 1, 4 * CONTENT_BYTES + 1):
        content[at] ^= 1
    partial.write_bytes(content)
    real = SourceTree.open

    def open_once_changed(tree: SourceTree, file: SourceFile) -> int:
        if wire.sent_bytes:
            big.touch()
        return real(tree, file)

    monkeypatch.setattr(SourceTree, "open", open_once_changed)
    with pytest.raises(TransferFault) as fault:
        got(sources, inbox, Choices())
    assert (fault.value.fault, fault.value.names) == (Fault.SOURCE_CHANGED, ("big",)), fault.value
    assert wire.sent_bytes == CONTENT_BYTES
    assert not partial.exists()


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    for number, name in enumerate(("a", "b", "june/c", "may/raw/d"), 1):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(bytes([number]) * 3 * CONTENT_BYTES)
    return folder


@pytest.mark.parametrize("sent", [2, 5, 8])
def test_c18_what_is_not_wanted_any_more_does_not_land_for_having_come_in_part(
    films: Path, tmp_path: Path, wire: Wire, sent: int
) -> None:
    inbox, sources = tmp_path / "fresh", scan(films)
    assert stopped(sources, inbox, wire, sent * CONTENT_BYTES)
    assert files_in(inbox / LANDING / "files")
    outcome = got(sources, inbox, Choices(only=frozenset({"films/may/raw"})))
    assert set(tree_of(outcome.got.path)) == {"may", "may/raw", "may/raw/d"}


def test_c18_what_is_there_by_now_does_not_land_beside_its_own_beginning(
    films: Path, tmp_path: Path, wire: Wire
) -> None:
    inbox, sources = tmp_path / "fresh", scan(films)
    assert stopped(sources, inbox, wire, 2 * CONTENT_BYTES)
    os.truncate(inbox / LANDING / "files/films/a", 0)
    (inbox / "films").mkdir()
    (inbox / "films/a").write_bytes((films / "a").read_bytes())
    got(sources, inbox, Choices(SKIP))
    assert tree_of(inbox / "films") == tree_of(films)


def all_but_moved(sources: Sources, inbox: Path, choices: Choices) -> None:
    """All that was wanted is here, and does not get its real name."""

    def refuse(*_: object, **_named: object) -> list[str]:
        raise OSError(errno.EROFS, "read-only by now")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landing, "move_all", refuse)
        with pytest.raises(TransferFault):
            transfer(sources, inbox, choices)


def test_e18_all_that_was_wanted_first_is_not_all_that_is_wanted_now(
    films: Path, tmp_path: Path
) -> None:
    inbox, sources = tmp_path / "fresh", scan(films)
    all_but_moved(sources, inbox, Choices(only=frozenset({"films/june"})))
    assert finish_landed(request_for(sources, inbox)) is None
    outcome = got(sources, inbox, Choices())
    assert tree_of(outcome.got.path) == tree_of(films)


def test_e18_all_that_is_wanted_still_needs_nothing_but_its_name(
    films: Path, tmp_path: Path
) -> None:
    inbox, sources = tmp_path / "fresh", scan(films)
    choices = Choices(SKIP, {"films/a": LEAVE_OUT, "films/b": KEEP}, frozenset({"films"}))
    all_but_moved(sources, inbox, choices)
    same = Choices(SKIP, {"films/b": KEEP, "films/a": LEAVE_OUT}, frozenset({"films"}), True)
    assert finish_landed(request_for(sources, inbox, same)) is not None
    assert files_in(inbox / "films") == {"b", "june/c", "may/raw/d"}


def test_g02_g15_nothing_is_written_before_what_the_journal_claims(
    films: Path, tmp_path: Path, wire: Wire
) -> None:
    """Or a power cut would make it believe in what never came to the disk."""
    inbox, sources = tmp_path / "fresh", scan(films)
    all_but_moved(sources, inbox, Choices(only=frozenset({"films/may"})))
    assert stopped(sources, inbox, wire, CONTENT_BYTES)
    state = read_journal((inbox / LANDING / "journal").read_bytes())
    assert state is not None
    assert state.position == (0, 0)
