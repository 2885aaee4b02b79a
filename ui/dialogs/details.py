"""What a transfer holds and how it stands, where there is nothing to decide."""

from PySide6.QtWidgets import QWidget

from app.model import Direction, Transfer
from ui.dialogs.base import PlainDialog
from ui.dialogs.names import NameList
from ui.labels import PlainLabel
from ui.look import Look


class DetailsDialog(PlainDialog):
    def __init__(self, look: Look, transfer: Transfer, name: str, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._transfer = transfer
        self._name = name
        self._summary = self._dim_label()
        self._names = NameList(look, transfer.names)
        self._tip = self._dim_label()
        for part in (self._summary, self._names, self._tip):
            self.body.addWidget(part)
        self._close = self.add_button(is_default=True)
        self._close.clicked.connect(self.reject)
        self.retranslate()

    @staticmethod
    def _dim_label() -> PlainLabel:
        label = PlainLabel(wraps=True)
        label.setProperty("rank", "dim")
        return label

    def retranslate(self) -> None:
        words, transfer = self.look.transfer_words, self._transfer
        is_in = transfer.direction is Direction.IN
        sentence = self.tr("From {name}") if is_in else self.tr("For {name}")
        self.title.setText(sentence.format(name=self._name))
        self.setWindowTitle(self.tr("Files"))
        summary = words.line(transfer, self._name, self.look.format)
        if words.unnamed(transfer):
            summary = self.tr("{summary} · the first names:").format(summary=summary)
        self._summary.setText(summary)
        self._names.setAccessibleName(self.tr("Names"))
        tip = "\n".join(words.tip(transfer, self._name))
        self._tip.setText(tip)
        self._tip.setVisible(bool(tip))
        self._close.setText(self.tr("Close"))
