"""E-06: somebody with a contact's name and device, but another key."""

import shutil
from pathlib import Path

import pytest

from app.commands import (
    ChangeSettings,
    DeleteMessage,
    EditText,
    GetHistory,
    ListTransfers,
    React,
    SendFiles,
    SendText,
    SetTrust,
)
from app.errors import ErrorCode
from app.events import (
    Failed,
    HistoryListed,
    MessagesChanged,
    PersonChanged,
    ProfileCopied,
    TransfersListed,
)
from app.model import MessageState, Person, TransferState, Trust
from tests.integration.engines import Host


def newest(host: Host, peer_id: str) -> Person:
    told = [e.person for e in host.events if isinstance(e, PersonChanged)]
    return [one for one in told if one.peer_id == peer_id][-1]


class Story:
    """Ann knows Bob, who is away; then a Bob with another key comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ann, self.old = Host(folder / "a", "Ann"), Host(folder / "b", "Bob")
        self.new = Host(folder / "c", "Bob")

    def __enter__(self) -> "Story":
        self.ann.__enter__()
        with self.old:
            self.ann.meet(self.old)
            self.ann.submit(SendText(self.old.peer_id, "known"))
            self.ann.reach(self.ann.message("known").message_id, MessageState.DELIVERED)
        self.ann.until(lambda: not self.bob.is_online)
        self.new.__enter__()
        self.ann.meet(self.new)
        self.ann.until(lambda: self.bob.successor == self.new.peer_id)
        return self

    def __exit__(self, *_: object) -> None:
        self.new.engine.stop()
        self.new.profile.close()
        self.ann.engine.stop()
        self.ann.profile.close()

    @property
    def bob(self) -> Person:
        return newest(self.ann, self.old.peer_id)

    def trust(self, **changes: bool) -> None:
        self.ann.submit(SetTrust(self.new.peer_id, **changes))  # type: ignore[arg-type]


def test_e06_another_key_blocks_sending_and_keeps_key_trust_and_history(tmp_path: Path) -> None:
    with Story(tmp_path) as story:
        ann, old = story.ann, story.old
        file = tmp_path / "file"
        file.write_text("x")
        ann.submit(SendText(old.peer_id, "secret", ref="text"))
        ann.submit(SendFiles(old.peer_id, (file,), ref="file"))
        for ref in ("text", "file"):
            failed = ann.wait(Failed, lambda e, ref=ref: e.ref == ref)  # type: ignore[misc]
            assert failed.code is ErrorCode.KEY_CHANGED
        assert (story.bob.trust, story.bob.is_moved) == (Trust.ACCEPTED, False)
        assert newest(ann, story.new.peer_id).trust is Trust.NEW
        ann.submit(GetHistory(old.peer_id))
        assert [m.text for m in ann.wait(HistoryListed).messages] == ["known"]
        assert story.new.texts() == []


def test_e06_the_question_outlives_a_restart(tmp_path: Path) -> None:
    with Story(tmp_path) as story:
        story.ann.engine.stop()
        story.ann.profile.close()
        story.ann.__enter__()
        story.ann.submit(SendText(story.old.peer_id, "secret", ref="text"))
        failed = story.ann.wait(Failed, lambda e: e.ref == "text")
        assert failed.code is ErrorCode.KEY_CHANGED


@pytest.mark.parametrize("decision", ["accepted", "blocked"])
def test_e06_somebody_else_leaves_the_old_chat_as_it_was(tmp_path: Path, decision: str) -> None:
    with Story(tmp_path) as story:
        story.trust(**{decision: True})
        story.ann.until(lambda: story.bob.successor is None)
        story.ann.submit(SendText(story.old.peer_id, "for the old key"))
        assert story.ann.message("for the old key").state is MessageState.QUEUED
        assert story.new.texts() == []


def test_e06_the_same_person_goes_on_with_the_new_key(tmp_path: Path) -> None:
    with Story(tmp_path) as story:
        story.trust(verified=True)
        story.ann.until(lambda: story.bob.is_moved)
        assert story.bob.successor == story.new.peer_id
        story.ann.submit(SendText(story.new.peer_id, "it is you"))
        story.new.message("it is you")
        story.ann.submit(SendText(story.old.peer_id, "to nobody", ref="old"))
        story.ann.wait(Failed, lambda e: e.ref == "old")


def test_e06_writing_to_the_new_one_says_that_it_is_somebody_else(tmp_path: Path) -> None:
    with Story(tmp_path) as story:
        story.ann.submit(SendText(story.new.peer_id, "who are you?"))
        story.ann.until(lambda: story.bob.successor is None)


def test_e07_a_second_newcomer_does_not_change_whom_the_question_is_about(tmp_path: Path) -> None:
    with Story(tmp_path) as story, Host(tmp_path / "d", "Bob") as third:
        third.meet(story.ann)
        third.submit(SendText(story.ann.peer_id, "me too"))
        story.ann.message("me too")
        assert story.bob.successor == story.new.peer_id


def test_e06_a_contact_of_the_same_name_who_comes_again_asks_nothing(tmp_path: Path) -> None:
    with Story(tmp_path) as story:
        story.trust(accepted=True)
        story.ann.until(lambda: story.bob.successor is None)
        story.new.submit(ChangeSettings(name="Bob "))
        story.new.submit(SendText(story.ann.peer_id, "greeted again"))
        story.ann.message("greeted again")
        story.ann.submit(SendText(story.old.peer_id, "still you"))
        story.ann.message("still you")
        assert story.bob.successor is None


def test_e06_the_old_key_heard_again_settles_it(tmp_path: Path) -> None:
    with Story(tmp_path) as story, story.old:
        story.ann.until(lambda: story.bob.is_online and story.bob.successor is None)
        story.ann.submit(SendText(story.old.peer_id, "still you"))
        story.old.message("still you")


def test_e06_neither_edits_nor_reactions_go_out_but_what_takes_back_does(tmp_path: Path) -> None:
    with Story(tmp_path) as story:
        ann, old = story.ann, story.old
        known = ann.message("known").message_id
        ann.submit(EditText(known, "a secret", ref="edit"))
        ann.submit(React(known, "👍", ref="react"))
        for ref in ("edit", "react"):
            failed = ann.wait(Failed, lambda e, ref=ref: e.ref == ref)  # type: ignore[misc]
            assert failed.code is ErrorCode.KEY_CHANGED
        ann.submit(GetHistory(old.peer_id))
        assert [m.text for m in ann.wait(HistoryListed).messages] == ["known"]
        ann.submit(DeleteMessage(known, ref="delete"))
        assert ann.wait(MessagesChanged, lambda e: e.ref == "delete").messages[0].is_deleted


def test_e06_the_old_key_is_no_way_back_once_the_new_one_was_compared(tmp_path: Path) -> None:
    with Story(tmp_path) as story:
        ann, old = story.ann, story.old
        ann.submit(SetTrust(old.peer_id, auto_accept=True))
        story.trust(verified=True)
        ann.until(lambda: story.bob.is_moved)
        with old:
            ann.until(lambda: story.bob.is_online)
            ann.submit(SendText(old.peer_id, "secret", ref="text"))
            assert ann.wait(Failed, lambda e: e.ref == "text").code is ErrorCode.KEY_CHANGED
            file = tmp_path / "file"
            file.write_text("x")
            old.meet(ann)
            old.submit(SendFiles(ann.peer_id, (file,)))
            ann.until(lambda: any(one.transfer for one in ann.messages()))
            old.submit(SendText(ann.peer_id, "behind the offer"))
            ann.message("behind the offer")
            ann.submit(ListTransfers())
            (transfer,) = ann.wait(TransfersListed).transfers
            assert transfer.state is TransferState.OFFERED
            assert story.bob.is_moved
            story.trust(verified=False)
            ann.until(lambda: story.bob.successor is None)


def test_e06_what_was_compared_stays_compared(tmp_path: Path) -> None:
    """Over restarts of both, another name and another address; and it is the key that was."""
    ann, vera = Host(tmp_path, "Ann"), Host(tmp_path / "v", "Vera")
    with ann, vera:
        ann.meet(vera)
        ann.submit(SetTrust(vera.peer_id, verified=True))
        ann.until(lambda: newest(ann, vera.peer_id).trust is Trust.VERIFIED)
    vera.name = "Veronica"
    with ann, vera, Host(tmp_path / "o", "Vera") as other:
        ann.wait(PersonChanged, lambda e: e.person.name == "Veronica")
        ann.meet(other)
        assert newest(ann, vera.peer_id).trust is Trust.VERIFIED
        assert newest(ann, other.peer_id).trust is Trust.NEW


def test_another_name_or_a_stranger_s_name_asks_nothing(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    eve, namesake = Host(tmp_path, "Eve"), Host(tmp_path / "n", "Eve")
    with ann:
        with bob:
            ann.meet(bob)
            ann.submit(SetTrust(bob.peer_id, accepted=True))
            ann.until(lambda: newest(ann, bob.peer_id).trust is Trust.ACCEPTED)
        ann.until(lambda: not newest(ann, bob.peer_id).is_online)
        with eve:
            ann.meet(eve)
        ann.until(lambda: not newest(ann, eve.peer_id).is_online)
        with namesake:
            ann.meet(namesake)
            ann.submit(ListTransfers())
            ann.wait(TransfersListed)  # all that was told before it is here
        assert newest(ann, bob.peer_id).successor is None
        assert newest(ann, eve.peer_id).successor is None


def test_a_namesake_beside_a_contact_who_is_here_asks_nothing(tmp_path: Path) -> None:
    ann, bob, other = (
        Host(tmp_path, "Ann"),
        Host(tmp_path / "b", "Bob"),
        Host(tmp_path / "c", "Bob"),
    )
    with ann, bob:
        ann.meet(bob)
        ann.submit(SetTrust(bob.peer_id, accepted=True))
        ann.until(lambda: newest(ann, bob.peer_id).trust is Trust.ACCEPTED)
        with other:
            ann.meet(other)
            ann.submit(SendText(bob.peer_id, "still to you"))
            bob.message("still to you")
            assert newest(ann, bob.peer_id).successor is None


def test_e15_a_profile_that_runs_twice_is_noticed(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path / "b", "Bob")
    with bob:
        pass
    shutil.copytree(bob.folder, tmp_path / "c" / "Bob")
    with ann, bob:
        ann.meet(bob)
        assert not newest(ann, bob.peer_id).is_cloned
        with Host(tmp_path / "c", "Bob"):
            ann.wait(PersonChanged, lambda e: e.person.is_cloned)


def test_e15_a_restart_is_no_clone(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path / "b", "Bob")
    with ann:
        for number in range(3):
            with bob:
                bob.meet(ann)
                bob.submit(SendText(ann.peer_id, f"{number}"))
                ann.message(f"{number}")
        told = [e.person for e in ann.events if isinstance(e, PersonChanged)]
        assert not any(one.is_cloned for one in told)


def test_a_restored_copy_of_the_same_profile_is_the_same_person(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path / "b", "Bob")
    with ann:
        with bob:
            ann.meet(bob)
            ann.submit(SetTrust(bob.peer_id, accepted=True))
        ann.until(lambda: not newest(ann, bob.peer_id).is_online)
        shutil.copytree(bob.folder, tmp_path / "c" / "Bob")
        with Host(tmp_path / "c", "Bob") as copy:
            assert copy.peer_id == bob.peer_id
            ann.until(lambda: newest(ann, bob.peer_id).is_online)
            assert newest(ann, bob.peer_id).successor is None


def test_e15_both_computers_with_one_profile_are_told_of_each_other(tmp_path: Path) -> None:
    with Host(tmp_path / "one", "Ann") as ann:
        (tmp_path / "two" / "Ann").mkdir(parents=True, mode=0o700)
        key = "identity.key"
        shutil.copy2(ann.folder / key, tmp_path / "two" / "Ann" / key)
        with Host(tmp_path / "two", "Ann") as copy:
            assert copy.peer_id == ann.peer_id
            for host in (ann, copy):
                assert host.wait(ProfileCopied).address.startswith("127.0.0.1:")


def test_e15_who_is_alone_with_their_profile_hears_of_no_copy_after_a_restart(
    tmp_path: Path,
) -> None:
    with Host(tmp_path, "Bob") as bob:
        with Host(tmp_path, "Ann") as ann:
            ann.meet(bob)
        with Host(tmp_path, "Ann") as again:
            again.meet(bob)
            assert not [e for e in again.events if isinstance(e, ProfileCopied)]
