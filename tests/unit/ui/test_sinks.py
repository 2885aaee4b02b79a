"""No new place where Qt would read more out of a text than what stands there (ATTACKS F-01, F-08).

What is given to such a place is a sentence of ours, or went through the guard of ``ui.plain``
that belongs to it; everything else stands in ``SEEN``, each looked at by somebody.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3] / "ui"
NEVER = re.compile(
    r"\b(QMessageBox|QInputDialog|QErrorMessage|QProgressDialog|QWhatsThis|QTextBrowser|QTextEdit"
    r"|QStatusBar|QStaticText|setHtml|insertHtml|appendHtml|setMarkdown|fromHtml|RichText"
    r"|MarkdownText|AutoText|TextShowMnemonic|setBuddy|setOpenExternalLinks"
    r"|setInformativeText|setLabelText|setStatusTip|setWhatsThis|setIconText)\b"
)
"""They guess what a text is, or make it do something; nothing here needs them."""
SINKS = {
    "setToolTip": 0,
    "showText": 1,
    "set_name": 0,
    "addAction": 0,
    "addMenu": 0,
    "addTab": 1,
    "QAction": 0,
    "QPushButton": 0,
    "QCheckBox": 0,
    "QRadioButton": 0,
    "QGroupBox": 0,
    "setTitle": 0,
    "setWindowTitle": 0,
    "QLabel": 0,
}
"""Functions that read HTML, a mnemonic, or a mark of Qt's own in an argument, and in which."""
GUARDS = {"tr", "tooltip", "menu_text", "window_title"}
WORDS = {"words", "transfer_words", "room_words", "_words"}
"""Objects that say sentences of ours."""
SEEN = {
    "buttons.py setToolTip f'{name} ({shortcut})' if shortcut else name",  # set_name is a sink
    "chat/menu.py addAction emoji",  # is_emoji has looked at it
    "chat/menu.py addAction label",  # the code in it went through menu_text
    "chat/menu.py addAction words.open_link().format(url=shown)",  # menu_text
    "chat/menu.py addAction words.copy_link().format(url=shown)",
    "chat/page.py QPushButton self.view",
    "chat/page.py setToolTip text if is_bare else ''",
    "chat/view.py showText self._tip_at(event.pos())",  # tooltip
    "transfers/view.py showText self._tip_at(event.pos())",
    "compose/tabs.py setToolTip name",  # of a group of emoji
    "desktop/tray.py setToolTip told",  # a number
    "desktop/tray.py addAction f'{name} · {entry.unread}'",  # menu_text
    "compose/picker.py set_name name",  # of a group of emoji
    "compose/picker.py set_name self._tones()[tone]",
    "dialogs/offer.py addAction label",
    "media/viewer.py set_name name",  # of a button
    "sidebar/menu.py addAction self._mute_text(room.is_muted)",
    "sidebar/menu.py addAction self._mute_text(person.muted)",
    "menu.py addAction text",
    "month.py setToolTip text",
    "settings/exporting.py setWindowTitle title",
    "settings/page.py QPushButton label",
    "settings/restoring.py setWindowTitle title",
    "settings/saving.py setWindowTitle title",
    "settings/sheet.py setWindowTitle title",
    "window.py setWindowTitle f'({unread}) Landline' if unread else 'Landline'",
}


def test_f01_nothing_that_guesses_what_a_text_is() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {line.strip()}"
        for path in sorted(ROOT.rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if NEVER.search(line)
    ]
    assert found == []


def test_f01_labels_with_words_are_plain_ones() -> None:
    """A bare QLabel carries a picture."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        text = path.read_text("utf-8")
        bare = set(re.findall(r"([\w.]+)(?:: \w+)? = QLabel\(\)", text))
        bare |= {
            name
            for line in re.findall(r"^(.*)= .*\bQLabel\(", text, re.M)
            for name in line.split(", ")
        }
        found += [f"{path.name}: {name}" for name in bare if f"{name.strip()}.setText(" in text]
        found += [
            path.name
            for one in re.findall(r"class \w+\((?:.*\b)?QLabel\b", text)
            if path.name != "labels.py"
        ]
    assert found == []


def test_f08_whatever_qt_reads_more_in_is_guarded() -> None:
    assert {one for one in uses() if one not in SEEN} == set()


def test_what_was_looked_at_is_still_there() -> None:
    assert set(uses()) >= SEEN


def uses() -> Iterator[str]:
    """What is neither a sentence of ours nor guarded: the file, the sink, what it is given."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (name := name_of(node.func)) in SINKS:
                given = node.args[SINKS[name] : SINKS[name] + 1]
                for one in given:
                    if not is_ours(one):
                        yield f"{path.relative_to(ROOT).as_posix()} {name} {ast.unparse(one)}"


def is_ours(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.IfExp():
            return is_ours(node.body) and is_ours(node.orelse)
        case ast.Call(func=ast.Attribute(attr="format", value=template)):
            keys = {key.arg for key in node.keywords}
            return is_ours(template) and keys <= {"key"}
        case ast.Call(func=function):
            return name_of(function) in GUARDS or is_said_by_words(function)
    return False


def is_said_by_words(function: ast.expr) -> bool:
    speaker = function.value if isinstance(function, ast.Attribute) else None
    return speaker is not None and name_of(speaker) in WORDS


def name_of(node: ast.expr) -> str:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
