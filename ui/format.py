"""Times, sizes and rates as the user's language writes them."""

from typing import Final

from PySide6.QtCore import QDate, QDateTime, QLocale, QObject

_LAST_MS: Final = 253_402_300_799_000
"""The end of 9999: a peer's clock may say anything, a calendar ends here."""
_NARROW_SPACE, _SPACE = "\u202f", "\u00a0"
"""Before "AM" in newer locale data; few fonts have it, and a stand-in's baseline is another."""
_SI: Final = QLocale.DataSizeFormat.DataSizeSIFormat


def moment(time_ms: int) -> QDateTime:
    """UTC milliseconds as local time, kept inside the calendar."""
    return QDateTime.fromMSecsSinceEpoch(min(max(time_ms, 0), _LAST_MS))


class Format(QObject):
    """Follows ``locale``; a language change replaces it."""

    def __init__(self, locale: QLocale) -> None:
        super().__init__()
        self.locale = locale

    def clock(self, time_ms: int) -> str:
        text = self.locale.toString(moment(time_ms).time(), QLocale.FormatType.ShortFormat)
        return text.replace(_NARROW_SPACE, _SPACE)

    def full_time(self, time_ms: int) -> str:
        when = moment(time_ms)
        day = self.locale.toString(when.date(), QLocale.FormatType.LongFormat)
        return f"{day}, {self.locale.toString(when.time(), 'HH:mm:ss')}"

    def list_time(self, time_ms: int, today: QDate) -> str:
        """Short, for a row of the list: a clock today, then a day, then a date."""
        day = moment(time_ms).date()
        ago = day.daysTo(today)
        if ago <= 0:
            return self.clock(time_ms)
        if ago == 1:
            return self.tr("Yesterday")
        if ago < 7:
            return self.locale.toString(day, "ddd")
        if day.year() == today.year():
            return self.locale.toString(day, self.tr("d MMM", "date without year, Qt's letters"))
        return self.locale.toString(day, QLocale.FormatType.ShortFormat)

    def day(self, time_ms: int, today: QDate) -> str:
        """A heading between the messages of two days."""
        day = moment(time_ms).date()
        ago = day.daysTo(today)
        if ago == 0:
            return self.tr("Today")
        if ago == 1:
            return self.tr("Yesterday")
        if 1 < ago < 7:
            return self.locale.toString(day, "dddd")
        return self.locale.toString(day, QLocale.FormatType.LongFormat)

    def size(self, size_bytes: int) -> str:
        """Three figures and a unit: 412 MB, 28.2 GB."""
        for precision in (2, 1, 0):
            text = self.locale.formattedDataSize(size_bytes, precision, _SI)
            if sum(char.isdigit() for char in text) <= 3:
                break
        return text

    def round_size(self, size_bytes: int) -> str:
        """For numbers that people chose: 10 GB."""
        return self.locale.formattedDataSize(size_bytes, 0, _SI)

    def share(self, part_bytes: int, whole_bytes: int) -> str:
        """``17.5 of 28.2 GB``; each with its own unit where they differ."""
        part, whole = self.size(part_bytes), self.size(whole_bytes)
        number, space, unit = part.rpartition(" ")
        if space and whole.endswith(f" {unit}"):
            part = number
        return self.tr("{done} of {size}", "bytes").format(done=part, size=whole)

    def rate(self, bytes_a_second: float) -> str:
        return self.tr("{size}/s", "transfer rate").format(size=self.size(int(bytes_a_second)))

    def number(self, count: int) -> str:
        return self.locale.toString(count)

    def percent(self, part: int, whole: int) -> str:
        done = 100 if whole <= 0 else min(100, part * 100 // whole)
        return self.tr("{number}%", "share done").format(number=self.locale.toString(done))

    def zoom(self, scale: float) -> str:
        """Of a picture; 1: each pixel is one of the screen."""
        number = self.locale.toString(max(1, round(scale * 100)))
        return self.tr("{number}%", "share done").format(number=number)

    def milliseconds(self, value_ms: float) -> str:
        precision = 1 if value_ms < 10 else 0
        number = self.locale.toString(value_ms, "f", precision)
        return self.tr("{number} ms", "round trip").format(number=number)

    def left(self, seconds: float) -> str:
        """How long something will still take, coarser the longer it is."""
        if seconds < 60:
            return self.tr("%n s left", "", max(1, round(seconds)))
        if seconds < 3600:
            return self.tr("%n min left", "", round(seconds / 60))
        return self.tr("%n h left", "", round(seconds / 3600))
