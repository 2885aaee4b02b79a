"""Every entry has a name of its own in its folder, and the same one each time."""

from hypothesis import given
from hypothesis import strategies as st

from net.protocol.manifest import Entry, EntryKind
from net.protocol.names import safe_name
from net.transfer.twins import Twins

NAMES = st.lists(
    st.sampled_from(
        ["a", "A", "a (2)", "A (2)", "a:b", "a_b", "e\u0301", "é", "É", "ß", "ss", "x."]
    )
    | st.text(min_size=1, max_size=3),
    max_size=30,
)


def names_of(entries: list[Entry], *, folds: bool, manifest_bytes: int = 1000) -> list[str]:
    twins = Twins(manifest_bytes, folds=folds)
    for entry in entries:
        twins.add(entry)
    twins.resolve(entries)
    return [twins.name(index, entry) for index, entry in enumerate(entries)]


def entries_of(names: list[str], parent: int = 0) -> list[Entry]:
    return [Entry(parent, EntryKind.FILE, name) for name in names]


@given(NAMES)
def test_no_two_have_one_name(names: list[str]) -> None:
    given_names = names_of(entries_of(names), folds=False)
    assert len(set(given_names)) == len(names)
    assert given_names == names_of(entries_of(names), folds=False)


@given(NAMES)
def test_no_two_have_one_name_on_a_disk_without_case(names: list[str]) -> None:
    given_names = names_of(entries_of(names), folds=True)
    assert len({name.casefold() for name in given_names}) == len(names)


@given(NAMES)
def test_false_alarms_rename_nobody_who_has_no_twin(names: list[str]) -> None:
    once = list(dict.fromkeys(safe_name(name) for name in names))
    assert names_of(entries_of(once), folds=False, manifest_bytes=0) == once


def test_the_first_keeps_its_name_and_a_number_that_is_taken_is_passed_over() -> None:
    entries = entries_of(["a.txt", "a (2).txt", "a.txt", "a.txt"])
    assert names_of(entries, folds=False) == ["a.txt", "a (2).txt", "a (3).txt", "a (4).txt"]


def test_folders_do_not_mind_each_other() -> None:
    top = [Entry(0, EntryKind.FOLDER, "x"), Entry(0, EntryKind.FOLDER, "y")]
    entries = [*top, *entries_of(["a", "b"], 1), *entries_of(["a", "b", "a"], 2)]
    assert names_of(entries, folds=True) == ["x", "y", "a", "b", "a", "b", "a (2)"]
