"""The menu of one message."""

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from app.model import Direction, Message, MessageKind, MessageState
from ui.chat.actions import menu_actions_of
from ui.chat.links import find_links, short_form
from ui.chat.markdown import Style, read_markdown
from ui.chat.rows import row_id
from ui.ids import is_everyone
from ui.plain import menu_text, shown_text, whole_text

if TYPE_CHECKING:
    from ui.chat.pointer import Hover
    from ui.chat.view import ChatView

_LINKS_SHOWN: Final = 5
_LOOKED_AT: Final = 4096
"""Characters of a text in which links for the menu are looked for."""
REACTIONS: Final = ("👍", "❤️", "😂", "🎉", "😮", "🙏")
"""At hand: yes, thanks, laughter, joy, wonder, please."""
_TAKES_BACK: Final = frozenset({MessageState.QUEUED, MessageState.SENT})


def build_menu(view: "ChatView", message: Message, under: "Hover | None" = None) -> QMenu:
    """Only what can be done with this message now; first with what is ``under`` the pointer."""
    menu = QMenu(view)
    if under is not None and under.url:
        _add_link(menu, view, under.url)
        menu.addSeparator()
    if message.is_deleted:
        menu.addAction(view.look.words.deleted()).setEnabled(False)
        return menu
    if is_everyone(message.room_id):
        _add_forward(menu, view, message)
        menu.addSeparator()
        _add_text(menu, view, message)
        return menu
    _add_answers(menu, view, message)
    menu.addSeparator()
    if message.transfer is not None:
        _add_transfer(menu, view, message, under.picture if under is not None else 0)
    else:
        _add_text(menu, view, message)
    is_own = message.direction is Direction.OUT
    if is_own and message.receipts is not None:
        receipts = menu.addAction(view.look.words.receipts())
        receipts.triggered.connect(lambda: view.receipts_wanted.emit(message))
    if is_own:
        menu.addSeparator()
        delete = menu.addAction(view.look.words.delete(is_room=is_for_all(message)))
        delete.triggered.connect(lambda: view.delete_wanted.emit(message))
    if is_own and _is_pair_text(message) and message.state in _TAKES_BACK:
        cancel = menu.addAction(view.look.words.take_back())
        cancel.triggered.connect(lambda: view.cancel_wanted.emit(message.message_id))
    return menu


def is_for_all(message: Message) -> bool:
    """Files of ours in a room are for one member, as in a pair."""
    return message.room_id is not None and message.transfer is None


def _is_pair_text(message: Message) -> bool:
    """A room's is in many hands at once: it is deleted, not taken back."""
    return message.transfer is None and message.room_id is None


def _add_answers(menu: QMenu, view: "ChatView", message: Message) -> None:
    words = view.look.words
    reply = menu.addAction(words.reply())
    reply.setShortcut("Ctrl+R")
    reply.triggered.connect(lambda: view.reply_wanted.emit(message))
    _add_reactions(menu.addMenu(words.react()), view, message)
    if is_editable(message):
        menu.addAction(words.edit()).triggered.connect(lambda: view.edit_wanted.emit(message))
    _add_forward(menu, view, message)
    if message.edited_ms is not None:
        earlier = menu.addAction(words.earlier())
        earlier.triggered.connect(lambda: view.earlier_wanted.emit(message))


def _add_forward(menu: QMenu, view: "ChatView", message: Message) -> None:
    forward = menu.addAction(view.look.words.forward())
    forward.triggered.connect(lambda: view.forward_wanted.emit(message))


def _add_reactions(menu: QMenu, view: "ChatView", message: Message) -> None:
    """Those at hand, then what stands there already; one's own are ticked."""
    own = {one.emoji for one in message.reactions if "" in one.people}
    others = [one.emoji for one in message.reactions if one.emoji not in REACTIONS]
    for emoji in (*REACTIONS, *others):
        entry = menu.addAction(emoji)
        entry.setCheckable(True)
        entry.setChecked(emoji in own)
        entry.triggered.connect(
            lambda _checked=False, one=emoji: view.reaction_wanted.emit(message, one)
        )
    menu.addSeparator()
    more = menu.addAction(view.look.words.more_emoji())
    more.triggered.connect(lambda: view.emoji_wanted.emit(message))


def is_editable(message: Message) -> bool:
    """What went to everyone stays as it was said."""
    return (
        message.direction is Direction.OUT
        and message.kind is MessageKind.TEXT
        and not message.is_deleted
        and message.state is not MessageState.FAILED
        and not is_everyone(message.room_id)
    )


def _add_text(menu: QMenu, view: "ChatView", message: Message) -> None:
    words = view.look.words
    if not view.selection.is_empty and view.selection.row == row_id(message):
        menu.addAction(words.copy_selection()).triggered.connect(view.copy)
    whole = menu.addAction(words.copy_message())
    whole.triggered.connect(lambda: _copy(whole_text(message.text)))
    _add_code(menu, view, message)
    show = menu.addAction(words.select_text())
    show.triggered.connect(lambda: view.whole_wanted.emit(message))
    if view.delegate.cast.is_strange:
        return
    for link in find_links(whole_text(message.text[:_LOOKED_AT]))[:_LINKS_SHOWN]:
        _add_link(menu, view, link.url)


def _add_link(menu: QMenu, view: "ChatView", url: str) -> None:
    words, shown = view.look.words, menu_text(short_form(url))
    opens = menu.addAction(words.open_link().format(url=shown))
    opens.triggered.connect(lambda: view.link_opened.emit(url))
    copies = menu.addAction(words.copy_link().format(url=shown))
    copies.triggered.connect(lambda: _copy(url))


def _add_code(menu: QMenu, view: "ChatView", message: Message) -> None:
    """The keyboard's way to the button on lines of code."""
    text, spans = read_markdown(shown_text(message.text)[0])
    codes = [text[one.start : one.end] for one in spans if one.style is Style.BLOCK]
    for code in codes[:_LINKS_SHOWN]:
        label = view.look.words.copy_code()
        if len(codes) > 1:
            label = f"{label}: {menu_text(code[:40])}"
        menu.addAction(label).triggered.connect(lambda _checked=False, one=code: _copy(one))


def _add_transfer(menu: QMenu, view: "ChatView", message: Message, picture: int) -> None:
    """``picture``: the one it is asked about."""
    transfer = message.transfer
    assert transfer is not None
    if view.shows_pictures(message):
        see = menu.addAction(view.look.words.view_picture())
        see.triggered.connect(lambda: view.picture_wanted.emit(message, picture))
    menu.addAction(view.look.words.details()).triggered.connect(
        lambda: view.details_wanted.emit(transfer)
    )
    for action in menu_actions_of(transfer):
        entry = menu.addAction(view.look.transfer_words.action(action))
        entry.triggered.connect(
            lambda _checked=False, wanted=action: view.action_wanted.emit(wanted, transfer)
        )
    if message.direction is Direction.OUT and transfer.names:
        everybody = menu.addAction(view.look.transfer_words.show_everybody())
        everybody.triggered.connect(lambda: view.transfers_wanted.emit(transfer.names[0]))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
