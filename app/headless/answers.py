"""One event of the engine to lines of output. Source: HEADLESS.md, "event | fields"."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Any

from app import events
from app.events import Event
from app.model import (
    Message,
    MessageKind,
    News,
    Person,
    Reaction,
    Receipts,
    Room,
    Transfer,
)
from net.protocol.rooms import ROOM_PREFIX

Line = dict[str, Any]


def lines_of(event: Event) -> Iterable[Line]:
    """The lines for one event, each a JSON object; the direct answer carries ``ref``."""
    return _LINES[type(event)](event)


def person_fields(person: Person) -> Line:
    return {
        "peer_id": person.peer_id,
        "name": person.name,
        "device": person.device,
        "online": person.is_online,
        "address": person.address,
        "route": person.route.value,
        "trust": person.trust.value,
        "auto_accept": person.auto_accept,
        "auto_accept_max": person.auto_accept_max_bytes,
        "rtt_ms": person.rtt_ms,
        "held": person.is_held,
        "cloned": person.is_cloned,
        "new_key": None if person.is_moved else person.successor,
        "moved_to": person.successor if person.is_moved else None,
        "picture": person.picture or None,
    }


def transfer_fields(transfer: Transfer) -> Line:
    return {
        "transfer": transfer.transfer_id,
        "peer_id": transfer.peer_id,
        "direction": transfer.direction.value,
        "files": transfer.files,
        "folders": transfer.folders,
        "names": list(transfer.names),
        "state": transfer.state.value,
        "bytes": transfer.done_bytes,
        "size": transfer.size_bytes,
        "rate": round(transfer.rate),
        "path": transfer.path,
        "reason": transfer.reason.value if transfer.reason else None,
        "time": transfer.time_ms,
        "files_done": transfer.done_files,
        "left_out": {"files": transfer.left_out_files, "bytes": transfer.left_out_bytes},
        "bad_names": list(transfer.bad_names),
        "skipped": list(transfer.skipped),
        "skipped_count": transfer.skipped_count,
        "way": transfer.way.value if transfer.way else None,
        "place": transfer.queue_key,
    }


def message_fields(message: Message) -> Line:
    fields: Line = {
        "id": message.message_id,
        "peer_id": message.peer_id,
        "direction": message.direction.value,
        "kind": message.kind.value,
        "text": message.text,
        "time": message.time_ms,
        "state": message.state.value,
        "request": message.is_request,
    }
    if message.transfer:
        fields["transfer"] = transfer_fields(message.transfer)
    if message.news:
        fields["news"] = _news_fields(message, message.news)
    return fields | _extra_fields(message)


def _extra_fields(message: Message) -> Line:
    """Only those that say something, so that a plain text's line stays short."""
    quote = message.reply
    fields: Line = {
        "reply_to": quote
        and {"id": quote.message_id, "peer_id": quote.peer_id, "text": quote.text},
        "edited": message.edited_ms,
        "deleted": message.is_deleted,
        "forwarded": message.is_forwarded,
        "mentions": list(message.mentions),
        "reactions": [_reaction_fields(reaction) for reaction in message.reactions],
        "room": message.room_id,
        "receipts": message.receipts and _receipt_fields(message.receipts),
    }
    return {name: value for name, value in fields.items() if value}


def room_fields(room: Room) -> Line:
    """``admin`` is null for oneself, and where nobody is left."""
    return {
        "room": room.room_id,
        "name": room.name,
        "members": [member for member in room.members if member],
        "member": room.is_member,
        "admin": room.members[0] or None if room.members else None,
        "mine": room.members[:1] == ("",),
        "picture_bytes": len(room.picture),
        "accepted": room.is_accepted,
        "muted": room.is_muted,
        "everyone": room.is_everyone,
    }


def _chat_fields(chat_id: str) -> Line:
    return {"room" if chat_id.startswith(ROOM_PREFIX) else "peer_id": chat_id}


def _receipt_fields(receipts: Receipts) -> Line:
    return {"members": receipts.members, "delivered": receipts.delivered, "read": receipts.read}


def _news_fields(message: Message, news: News) -> Line:
    """People are peer ids, null is oneself."""
    return {
        "id": message.message_id,
        "room": message.room_id,
        "peer_id": message.peer_id or None,
        "act": news.act.value,
        "people": [person or None for person in news.people],
        "name": news.name,
        "time": message.time_ms,
    }


def _reaction_fields(reaction: Reaction) -> Line:
    others = [person for person in reaction.people if person]
    return {"emoji": reaction.emoji, "mine": "" in reaction.people, "peers": others}


def _status_fields(status: events.Status) -> Line:
    return {
        "peer_id": status.peer_id,
        "name": status.name,
        "version": status.version,
        "udp_port": status.udp_port,
        "tcp_port": status.tcp_port,
        "peers": status.peers,
        "queued": status.queued,
        "networks": status.networks,
        "picture_bytes": len(status.picture),
    }


def _diagnosis_fields(event: events.NetworkDiagnosed) -> Line:
    view = event.view
    return {
        "findings": [one.value for one in event.findings],
        "cards": [
            {
                "name": card.name,
                "addresses": list(card.addresses),
                "virtual": card.is_virtual,
                "spoken": card.is_spoken,
                "heard": card.is_heard,
            }
            for card in view.cards
        ],
        "port": view.port,
        "listening": view.is_listening,
        "heard": view.heard,
        "here": view.here,
        "by_stream": view.by_stream,
        "unanswered": view.unanswered,
    }


def _line(event: str, fields: Line, ref: str | None = None) -> Line:
    line: Line = {"event": event, **fields}
    if ref is not None:
        line["ref"] = ref
    return line


def _messages(event: events.MessagesAdded) -> Iterable[Line]:
    for message in event.messages:
        if message.news:
            yield _line("news", _news_fields(message, message.news), event.ref)
        elif message.kind is MessageKind.FILES and message.transfer:
            yield _offer(message.transfer, message, None)
        else:
            yield _line("message", message_fields(message), event.ref)


def _changed(event: events.MessagesChanged) -> Iterable[Line]:
    return [_line("changed", message_fields(message), event.ref) for message in event.messages]


def _gaps(event: events.GapsChanged) -> Iterable[Line]:
    before = [{"id": gap.message_id, "peer_id": gap.peer_id} for gap in event.gaps]
    return [_line("gaps", _chat_fields(event.chat_id) | {"before": before})]


def _typing(event: events.TypingChanged) -> Iterable[Line]:
    return [_line("typing", {"peer_id": event.peer_id, "on": event.is_typing})]


def _edits(event: events.EditsListed) -> Iterable[Line]:
    texts = [{"text": earlier.text, "time": earlier.time_ms} for earlier in event.texts]
    return [_line("edits", {"id": event.message_id, "texts": texts}, event.ref)]


def _settings(event: events.SettingsChanged) -> Iterable[Line]:
    fields = {
        "name": event.name,
        "reach": event.reach,
        "read_receipts": event.tells_read,
        "typing": event.tells_typing,
        "everyone": event.hears_everyone,
        "transfers_at_once": event.transfers_at_once,
        "picture_bytes": len(event.picture),
        "keyring": event.locks_identity,
    }
    return [_line("settings", fields, event.ref)]


def _picture(event: events.PictureRead) -> Iterable[Line]:
    fields = _chat_fields(event.chat_id) if event.chat_id else {}
    image = b64encode(event.image).decode("ascii")
    return [_line("picture", fields | {"image": image}, event.ref)]


def _offer(transfer: Transfer, message: Message, ref: str | None) -> Line:
    fields = transfer_fields(transfer)
    fields |= {"id": message.message_id, "request": message.is_request, "time": message.time_ms}
    if message.room_id:
        fields["room"] = message.room_id
    return _line("offer", fields, ref)


def _states(event: events.StatesChanged) -> Iterable[Line]:
    for change in event.changes:
        fields: Line = {"id": change.message_id, "peer_id": change.peer_id}
        if change.room_id:
            fields["room"] = change.room_id
        if change.receipts:
            fields["receipts"] = _receipt_fields(change.receipts)
        yield _line("state", fields | {"state": change.state.value})


def _files(event: events.OfferedFilesListed) -> Iterable[Line]:
    files = [
        {"path": file.path, "size": file.size_bytes, "folder": file.is_folder}
        for file in event.files
    ]
    fields = {"transfer": event.transfer_id, "files": files, "count": event.count}
    return [_line("files", fields, event.ref)]


def _listed(name: str, key: str, rows: Iterable[Line], ref: str | None) -> Iterable[Line]:
    return [_line(name, {key: list(rows)}, ref)]


_LINES: dict[type, Callable[[Any], Iterable[Line]]] = {
    events.Ready: lambda e: [_line("ready", _status_fields(e.status))],
    events.StatusAnswered: lambda e: [_line("status", _status_fields(e.status), e.ref)],
    events.ProfileCopied: lambda e: [_line("copied", {"address": e.address})],
    events.NetworksChanged: lambda e: [_line("networks", {"networks": e.networks})],
    events.NetworkDiagnosed: lambda e: [_line("diagnosis", _diagnosis_fields(e), e.ref)],
    events.PersonChanged: lambda e: [_line("peer", person_fields(e.person), e.ref)],
    events.PersonForgotten: lambda e: [_line("forgotten", {"peer_id": e.peer_id}, e.ref)],
    events.PeopleListed: lambda e: _listed("peers", "peers", map(person_fields, e.people), e.ref),
    events.MessagesAdded: _messages,
    events.StatesChanged: _states,
    events.GapsChanged: _gaps,
    events.ReadMarked: lambda e: [_line("read", _chat_fields(e.chat_id), e.ref)],
    events.OfferAdded: lambda e: [_offer(e.transfer, e.message, e.ref)],
    events.TransferChanged: lambda e: [_line("transfer", transfer_fields(e.transfer), e.ref)],
    events.OfferedFilesListed: _files,
    events.TransfersListed: lambda e: _listed(
        "transfers", "transfers", map(transfer_fields, e.transfers), e.ref
    ),
    events.HistoryListed: lambda e: _listed(
        "history", "messages", map(message_fields, e.messages), e.ref
    ),
    events.PictureRead: _picture,
    events.Found: lambda e: _listed("found", "messages", map(message_fields, e.messages), e.ref),
    events.Connected: lambda e: [_line("connected", {"peer_id": e.peer_id}, e.ref)],
    events.SettingsChanged: _settings,
    events.MessagesChanged: _changed,
    events.TypingChanged: _typing,
    events.RoomChanged: lambda e: [_line("room", room_fields(e.room), e.ref)],
    events.RoomsListed: lambda e: _listed("rooms", "rooms", map(room_fields, e.rooms), e.ref),
    events.ReceiptsListed: lambda e: [
        _line(
            "receipts",
            {
                "id": e.message_id,
                "receipts": [{"peer_id": r.peer_id, "state": r.state.value} for r in e.receipts],
            },
            e.ref,
        )
    ],
    events.EditsListed: _edits,
    events.Failed: lambda e: [_line("error", {"code": e.code.value, "detail": e.detail}, e.ref)],
    events.Stopped: lambda e: [_line("stopped", {}, e.ref)],
}
