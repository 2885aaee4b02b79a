"""Sentences about transfers: what is sent, how far it is, why it stands still. No markup."""

from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QObject

from app.model import Direction, Existing, Reason, Transfer, TransferState, Way
from ui.chat.actions import Action
from ui.format import Format
from ui.plain import isolated, shown_line

LISTED_MAX: Final = 20
"""Names that an offer, or a reason, gives at most."""
_NAMED: Final = 3
"""In one sentence; the rest is a number."""
_NAME_MAX: Final = 40
"""Characters of a file's name inside a sentence."""
_AT_RECEIVER: Final = frozenset({Reason.NO_SPACE, Reason.NOT_WRITABLE, Reason.DISK_ERROR})


class TransferWords(QObject):
    # --- What it is --------------------------------------------------------
    def count(self, files: int, folders: int) -> str:
        """``3 files and 1 folder``."""
        parts = []
        if files or not folders:
            parts.append(self.tr("%Ln file(s)", "", files))
        if folders:
            parts.append(self.tr("%Ln folder(s)", "", folders))
        if len(parts) == 1:
            return parts[0]
        return self.tr("{files} and {folders}").format(files=parts[0], folders=parts[1])

    def asked(self, people: int) -> str:
        """Under a list in which they are ticked."""
        if not people:
            return self.tr("Nobody is ticked yet")
        return self.tr("%n people will be asked first, each separately", "", people)

    def show_everybody(self) -> str:
        """Where one drop for many has a card for each, often in several chats."""
        return self.tr("Show how far everybody is")

    def title(self, transfer: Transfer, cut: Callable[[str], str] = str) -> str:
        """What is sent, in a few words: its first name, shortened by ``cut``, and how many more."""
        names = [shown_line(name) for name in transfer.names]
        first = next((name for name in names if name), self.tr("Unnamed"))
        more = self._top_entries(transfer) - 1
        if more <= 0:
            return cut(first)
        return self.tr("{name} and %Ln more", "", more).format(name=isolated(cut(first)))

    def unnamed(self, transfer: Transfer) -> int:
        """How many entries the offer does not name."""
        return self._top_entries(transfer) - len(transfer.names)

    @staticmethod
    def _top_entries(transfer: Transfer) -> int:
        """Offers name twenty entries at most; beyond that the count of files tells."""
        named = len(transfer.names)
        return named if named < LISTED_MAX else max(named, transfer.files)

    # --- How it is ---------------------------------------------------------
    def line(self, transfer: Transfer, name: str, fmt: Format, *, is_here: bool = True) -> str:
        """All of it in one line. ``name``: the other side, ready for a sentence;
        ``is_here``: whether they are on the network."""
        detail = self.detail(transfer, name, fmt, is_here=is_here)
        return " · ".join([detail, *self.notes(transfer, name)])

    def detail(self, transfer: Transfer, name: str, fmt: Format, *, is_here: bool = True) -> str:
        """The line that changes while it runs; never more than one."""
        amount = self.amount(transfer, fmt)
        state = self._state(transfer, is_here=is_here)
        if transfer.state is TransferState.RUNNING and transfer.rate > 0:
            return self.tr("{amount} · {rate}").format(amount=amount, rate=fmt.rate(transfer.rate))
        if not state:
            return amount
        folder = isolated(shown_line(_folder_name(transfer)))
        return state.format(amount=amount, name=name, folder=folder)

    def amount(self, transfer: Transfer, fmt: Format) -> str:
        """How much it is, or how much of it is there."""
        size = fmt.size(transfer.wanted_bytes)
        has_begun = transfer.done_bytes > 0 and transfer.state is not TransferState.DONE
        if has_begun or transfer.state is TransferState.RUNNING:
            return fmt.share(transfer.done_bytes, transfer.wanted_bytes)
        is_told = transfer.files > 1 or transfer.folders
        if is_told and transfer.state is not TransferState.FAILED:
            files = max(0, transfer.files - transfer.left_out_files)
            return f"{size} · {self.count(files, transfer.folders)}"
        return size

    def _state(self, transfer: Transfer, *, is_here: bool) -> str:
        """A template for what the amount alone does not say; empty when that is all."""
        if transfer.state is TransferState.WAITING:
            return self._waiting(transfer, is_here=is_here)
        is_by_peer = transfer.reason is Reason.BY_PEER
        asked, away = self.tr("{name} is asked first · {amount}"), self._away()
        cancelled = self.tr("Cancelled · {amount}")
        by_sender = self.tr("Taken back by {name} · {amount}")
        by_receiver = self.tr("Cancelled by {name} · {amount}")
        saved = self.tr("{amount} · checked and saved")
        saved_to = self.tr("{amount} · checked and saved to {folder}")
        return {
            (Direction.OUT, TransferState.OFFERED): asked if is_here else away,
            (Direction.OUT, TransferState.DONE): self.tr("{amount} · arrived and checked"),
            (Direction.IN, TransferState.DONE): saved_to if _folder_name(transfer) else saved,
            (Direction.OUT, TransferState.DECLINED): self.tr("Declined by {name} · {amount}"),
            (Direction.IN, TransferState.DECLINED): self.tr("You declined · {amount}"),
            (Direction.OUT, TransferState.CANCELLED): by_receiver if is_by_peer else cancelled,
            (Direction.IN, TransferState.CANCELLED): by_sender if is_by_peer else cancelled,
        }.get((transfer.direction, transfer.state), "")

    def _away(self) -> str:
        return self.tr("Waiting until {name} is here · {amount}")

    def _waiting(self, transfer: Transfer, *, is_here: bool) -> str:
        if not is_here:
            return self._away()
        if transfer.reason is Reason.CONNECTION_LOST:
            return self.tr("Connection lost, trying again · {amount}")
        if transfer.reason is Reason.UNREACHABLE:
            return self.tr("{name} cannot be reached, trying again · {amount}")
        if transfer.direction is Direction.OUT:
            return self.tr("Waiting for {name} · {amount}")
        return self.tr("Waiting its turn · {amount}")

    def files_done(self, transfer: Transfer, fmt: Format) -> str:
        """Of several files, how many are there."""
        wanted = max(0, transfer.files - transfer.left_out_files)
        done = fmt.number(min(transfer.done_files, wanted))
        return self.tr("{done} of %Ln file(s)", "", wanted).format(done=done)

    def time_left(self, transfer: Transfer, fmt: Format) -> str:
        """Empty while nobody can tell."""
        if transfer.state is not TransferState.RUNNING or transfer.rate <= 0:
            return ""
        left_bytes = max(0, transfer.wanted_bytes - transfer.done_bytes)
        return fmt.left(left_bytes / transfer.rate)

    def overall(self, count: int, rate: float, fmt: Format) -> str:
        """Of all that run."""
        running = self.tr("%n transfer(s) running", "", count)
        return f"{running} · {fmt.rate(rate)}" if rate > 0 else running

    # --- What else is to be said -------------------------------------------
    def notes(self, transfer: Transfer, name: str) -> tuple[str, ...]:
        """Sentences that stay while its state does: why it stands still, what is not in it."""
        notes = []
        if transfer.state is TransferState.PAUSED:
            notes.append(self._paused(transfer, name))
        if transfer.state is TransferState.FAILED:
            notes.append(self._failed(transfer, name))
        if transfer.skipped_count:
            notes.append(self.tr("%n link(s) were left out", "", transfer.skipped_count))
        if transfer.left_out_files and transfer.state is not TransferState.DECLINED:
            notes.append(self._left_out(transfer, name))
        return tuple(notes)

    def _paused(self, transfer: Transfer, name: str) -> str:
        is_out = transfer.direction is Direction.OUT
        if transfer.reason is Reason.BY_PEER:
            return self.tr("Paused by {name}").format(name=name)
        if transfer.reason is Reason.BY_USER:
            return self.tr("Paused by you")
        if transfer.reason is Reason.NO_SPACE and is_out:
            return self.tr("Paused: the disk of {name} is full, goes on when there is room").format(
                name=name
            )
        if transfer.reason is Reason.NO_SPACE:
            return self.tr("Paused: the disk is full, goes on when there is room")
        if transfer.reason is None:
            return self.tr("Paused")
        return self.tr("Paused: {reason}").format(reason=self.reason(transfer.reason))

    def _failed(self, transfer: Transfer, name: str) -> str:
        bad = transfer.bad_names
        if bad and transfer.reason is Reason.SOURCE_CHANGED:
            return self._changed(len(bad)).format(names=self.names(bad))
        if bad and transfer.reason is Reason.SOURCE_UNREADABLE:
            return self._unreadable(len(bad)).format(names=self.names(bad))
        reason = self.reason(transfer.reason)
        if transfer.direction is Direction.OUT and transfer.reason in _AT_RECEIVER:
            sentence = self.tr("On the computer of {name}: {reason}")
            reason = sentence.format(name=name, reason=reason)
        if bad:
            return self.tr("{reason}: {names}").format(reason=reason, names=self.names(bad))
        return reason

    def _changed(self, count: int) -> str:
        if count < LISTED_MAX:
            return self.tr("%n file(s) were changed after they were offered: {names}", "", count)
        return self.tr("%n files or more were changed after they were offered: {names}", "", count)

    def _unreadable(self, count: int) -> str:
        if count < LISTED_MAX:
            return self.tr("%n file(s) could not be read: {names}", "", count)
        return self.tr("%n files or more could not be read: {names}", "", count)

    def _left_out(self, transfer: Transfer, name: str) -> str:
        if transfer.direction is Direction.OUT:
            sentence = self.tr("%n file(s) not wanted by {name}", "", transfer.left_out_files)
            return sentence.format(name=name)
        return self.tr("%n file(s) left out by you", "", transfer.left_out_files)

    def names(self, names: Sequence[str]) -> str:
        """A few of them for a sentence."""
        placed = ", ".join(isolated(_short(shown_line(one))) for one in names[:_NAMED])
        more = len(names) - _NAMED
        if more <= 0:
            return placed
        return self.tr("{names} and %n more", "", more).format(names=placed)

    def tips(
        self, transfer: Transfer, name: str, fmt: Format, *, is_here: bool = True
    ) -> list[str]:
        """Lines on what there may be no room for on a card."""
        line = self.line(transfer, name, fmt, is_here=is_here)
        return [self.title(transfer), line, *self.tip(transfer, name)]

    def tip(self, transfer: Transfer, name: str) -> list[str]:
        """Lines on what a card does not show: names in full, which way the bytes went."""
        lines = [*map(shown_line, transfer.bad_names or transfer.skipped)]
        if transfer.way is not None:
            is_ours = (transfer.way is Way.RECEIVER) is (transfer.direction is Direction.IN)
            way = self.tr("Connected from here") if is_ours else self.tr("Connected by {name}")
            lines.append(way.format(name=name))
        return lines

    def reason(self, reason: Reason | None) -> str:
        """Why a transfer stopped, and what to do about it."""
        return {
            None: self.tr("Stopped"),
            Reason.NO_SPACE: self.tr("Not enough room on the disk"),
            Reason.NOT_WRITABLE: self.tr("The folder cannot be written to"),
            Reason.DISK_ERROR: self.tr("The disk reported an error"),
            Reason.SOURCE_CHANGED: self.tr("The files were changed while they were sent"),
            Reason.SOURCE_UNREADABLE: self.tr("The files could not be read"),
            Reason.UNREACHABLE: self.tr("The other computer could not be reached"),
            Reason.CONNECTION_LOST: self.tr("The connection was lost"),
            Reason.NOT_OFFERED: self.tr("The files are no longer on offer"),
            Reason.BROKEN_PEER: self.tr("The other side sent something that cannot be right"),
            Reason.BY_PEER: self.tr("Stopped by the other side"),
            Reason.BY_USER: self.tr("Stopped by you"),
            Reason.STOPPED: self.tr("Landline was closed meanwhile"),
            Reason.INTERNAL: self.tr("A fault inside Landline; the log has details"),
        }[reason]

    # --- What can be done --------------------------------------------------
    def action(self, action: Action) -> str:
        return {
            Action.ACCEPT: self.tr("Accept"),
            Action.CHOOSE: self.tr("Choose…"),
            Action.DECLINE: self.tr("Decline"),
            Action.PAUSE: self.tr("Pause"),
            Action.RESUME: self.tr("Resume"),
            Action.CANCEL: self.tr("Cancel"),
            Action.RETRY: self.tr("Try again"),
            Action.KEEP_REST: self.tr("Keep the rest"),
            Action.SEND_AGAIN: self.tr("Send again as it is now"),
            Action.OPEN: self.tr("Open"),
            Action.SHOW_IN_FOLDER: self.tr("Show in folder"),
            Action.COPY_PATH: self.tr("Copy path"),
            Action.COPY_FILES: self.tr("Copy"),
            Action.SAVE_AS: self.tr("Save as…"),
            Action.MOVE_FIRST: self.tr("Fetch next"),
            Action.MOVE_UP: self.tr("Move up"),
            Action.MOVE_DOWN: self.tr("Move down"),
        }[action]

    def existing(self, existing: Existing) -> str:
        """What is done where a name is taken."""
        return {
            Existing.KEEP: self.tr("Keep both"),
            Existing.REPLACE: self.tr("Replace"),
            Existing.SKIP: self.tr("Skip if the same"),
            Existing.LEAVE_OUT: self.tr("Leave out"),
        }[existing]


def _short(name: str) -> str:
    """Both ends stay: a file's true ending is one of them."""
    return name if len(name) <= _NAME_MAX else f"{name[: _NAME_MAX - 12]}…{name[-11:]}"


def _folder_name(transfer: Transfer) -> str:
    """The folder that received files lie in; several at the top have it as their path itself."""
    if not transfer.path:
        return ""
    path = PurePath(transfer.path)
    return path.name if len(transfer.names) > 1 else path.parent.name
