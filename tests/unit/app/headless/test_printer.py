"""What the engine tells becomes whole JSON lines, whatever is in it."""

import io
import json

from app.errors import ErrorCode
from app.events import Failed
from app.headless.shell import Printer


def test_text_that_is_no_utf8_is_printed_with_marks_in_its_place() -> None:
    out = io.BytesIO()
    Printer(out).print(Failed(ErrorCode.NO_SUCH_PATH, "there is no /tmp/\udcff\ud800/x", "r"))
    line = json.loads(out.getvalue().decode())
    assert line["detail"] == "there is no /tmp/??/x"
    assert line["ref"] == "r"


def test_after_the_reader_is_gone_nothing_is_raised() -> None:
    out = io.BytesIO()
    out.close()
    printer = Printer(out)
    printer.print(Failed(ErrorCode.INTERNAL, "unheard"))
    assert printer.is_broken.is_set()
