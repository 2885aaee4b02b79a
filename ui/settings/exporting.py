"""The dialog that asks what of a chat goes into which kind of file, and shows how far it is."""

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QWidget,
)

from app.errors import KnownError
from app.events import Failed
from app.model import News
from ui.buttons import ChoiceBox, DateBox, Switch
from ui.desk import Desk
from ui.dialogs.writing import WritingDialog
from ui.format import moment
from ui.ids import chat_bytes
from ui.labels import PlainLabel
from ui.look import Look
from ui.month import Month
from ui.names import chat_name
from ui.plain import isolated, shown_line
from ui.settings.export import Export, ExportWords, export_chat
from ui.worker import Worker

if TYPE_CHECKING:
    from ui.desk import History


class ExportDialog(WritingDialog):
    _told = Signal(int)

    def __init__(
        self, look: Look, desk: Desk, worker: Worker, name: str, parent: QWidget | None
    ) -> None:
        """``name``: the id of the chat that is offered first."""
        super().__init__(look, parent)
        self._desk = desk
        self._worker = worker
        self._stop = Event()
        self._is_running = False
        self._chats = [one for one in desk.roster if one.last is not None or one.room is not None]
        self.chat, self.kind, self.range = ChoiceBox(look), ChoiceBox(look), ChoiceBox(look)
        self.chat.addItems([chat_name(one, look) for one in self._chats])
        ids = [one.chat_id for one in self._chats]
        self.chat.setCurrentIndex(ids.index(name) if name in ids else 0)
        self.start = DateBox(look, look.today().addMonths(-1))
        self.end = DateBox(look, look.today())
        self.start.setCalendarWidget(Month(look, self.tr("From")))
        self.end.setCalendarWidget(Month(look, self.tr("Until")))
        self.links = Switch(look)
        self._links_text = PlainLabel(wraps=True)
        self.state.setProperty("rank", "dim")
        self._labels = [PlainLabel() for _ in range(5)]
        form = QGridLayout()
        form.setHorizontalSpacing(look.fonts.px(12))
        form.setVerticalSpacing(look.fonts.px(8))
        form.setColumnStretch(1, 1)
        parts = (self.chat, self.kind, self.range, self.start, self.end)
        for row, (label, part) in enumerate(zip(self._labels, parts, strict=True)):
            form.addWidget(label, row, 0)
            form.addWidget(part, row, 1)
        self.body.addLayout(form)
        linked = QHBoxLayout()
        linked.addWidget(self._links_text, 1)
        linked.addWidget(self.links)
        self.body.addLayout(linked)
        self.body.addWidget(self.state)
        self.range.currentIndexChanged.connect(self._follow)
        self.kind.currentIndexChanged.connect(self._follow)
        self.finished.connect(self._stop.set)
        self._told.connect(self._show_progress)
        self.retranslate()

    def retranslate(self) -> None:
        title = self.tr("Export a chat")
        self.setWindowTitle(title)
        self.title.setText(title)
        texts = (
            self.tr("Chat"),
            self.tr("As"),
            self.tr("Messages"),
            self.tr("From"),
            self.tr("Until"),
        )
        parts = (self.chat, self.kind, self.range, self.start, self.end)
        for label, part, text in zip(self._labels, parts, texts, strict=True):
            label.setText(text)
            part.setAccessibleName(text)
        for box, choices in (
            (self.kind, (self.tr("Web page (HTML)"), self.tr("Plain text"))),
            (self.range, (self.tr("All"), self.tr("Some days"))),
        ):
            at = max(box.currentIndex(), 0)
            box.clear()
            box.addItems(choices)
            box.setCurrentIndex(at)
        self._links_text.setText(self.tr("Link to received files"))
        self.links.setAccessibleName(self.tr("Link to received files"))
        self.label(self.tr("Export…"))
        self._follow()

    def _follow(self) -> None:
        is_some = self.range.currentIndex() == 1
        for part in (self._labels[3], self.start, self._labels[4], self.end):
            part.setVisible(is_some)
        for linked in (self._links_text, self.links):
            linked.setVisible(self.kind.currentIndex() != 1)
        self.go.setEnabled(bool(self._chats) and not self._is_running)
        for part in (self.chat, self.kind, self.range, self.start, self.end, self.links):
            part.setEnabled(not self._is_running and self.written is None)

    # --- Writing -----------------------------------------------------------
    def ask_where(self) -> None:
        name = chat_name(self._chats[self.chat.currentIndex()], self.look)
        self.choose(name, "html" if self.kind.currentIndex() == 0 else "txt")

    def write_to(self, target: Path) -> None:
        """Behind the window's back; closing the dialog cancels it."""
        opened = self._desk.open_history
        if opened is None:
            return
        entry = self._chats[self.chat.currentIndex()]
        export = Export(
            target,
            is_html=self.kind.currentIndex() == 0,
            links=self.links.isChecked() and self.kind.currentIndex() == 0,
            told=self._told.emit,
            is_cancelled=lambda: self._stop.is_set() or self._worker.is_stopping(),
            **self._days(),
        )
        words, chat = self._words(chat_name(entry, self.look)), chat_bytes(entry.chat_id)
        self._is_running = True
        self._follow()

        def work() -> int | Failed | OSError | None:
            history: History | None = None
            try:
                history = opened()
                return export_chat(history, chat, export, words)
            except KnownError as error:
                return Failed(error.code, error.detail)
            except OSError as error:
                return error
            finally:
                if history is not None:
                    history.close()

        self._worker.run(self, work, lambda end: self._show_end(end, target))

    def _days(self) -> dict[str, int]:
        if self.range.currentIndex() != 1:
            return {}
        end = self.end.date().addDays(1)
        return {"start_ms": _midnight_ms(self.start.date()), "end_ms": _midnight_ms(end)}

    def _words(self, title: str) -> ExportWords:
        look, roster = self.look, self._desk.roster
        locale, rooms, fmt = look.format.locale, look.room_words, look.format
        names = {one.person.peer_id: look.words.name(one.person) for one in roster if one.person}

        nobody = self.tr("Unnamed")

        def news(one: News, author: str) -> str:
            return rooms.news(
                one, author, [names.get(id_, nobody) if id_ else "" for id_ in one.people], fmt
            )

        return ExportWords(
            title=title,
            language=locale.bcp47Name(),
            me=self._desk.my_name,
            names=names,
            nobody=nobody,
            deleted=look.words.deleted(),
            edited=look.words.edited(),
            forwarded=look.words.forwarded(),
            day=lambda ms: locale.toString(moment(ms).date(), locale.FormatType.LongFormat),
            clock=fmt.clock,
            news=news,
        )

    def _show_progress(self, count: int) -> None:
        number = self.look.format.number(count)
        if self._is_running:
            self.say(self.tr("{number} messages written…").format(number=number))

    def _show_end(self, end: int | Failed | OSError | None, target: Path) -> None:
        self._is_running = False
        self._follow()
        if isinstance(end, Failed):
            self.say(self.look.words.failed(end))
        elif isinstance(end, OSError):
            self.say(self.tr("The file could not be written there."))
        elif end is not None:
            text = self.tr("%n message(s) are in {name}.", "", end)
            self.show_written(target, text.format(name=isolated(shown_line(target.name))))


def _midnight_ms(day: QDate) -> int:
    return day.startOfDay().toMSecsSinceEpoch()
