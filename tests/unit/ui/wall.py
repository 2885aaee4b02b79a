"""Where notes hang instead of a desktop."""

from ui.desktop.note import Note, Teller


class Wall(Teller):
    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[str, Note] = {}
        self.told: list[Note] = []
        self.counts: list[int] = []

    def show(self, note: Note) -> None:
        self.notes[note.key] = note
        self.told.append(note)

    def withdraw(self, key: str) -> None:
        self.notes.pop(key, None)

    def show_count(self, count: int) -> None:
        self.counts.append(count)
