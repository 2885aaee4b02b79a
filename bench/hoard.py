"""A profile with a million messages: made once, kept under build/, copied for each run."""

import hashlib
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import apsw

from app.model import MessageKind, MessageState
from app.profile import Profile
from app.store.opening import open_database
from app.store.ordering import CLOCK_SHIFT
from app.store.rows import KIND_NUMBER, STATE_NUMBER, US, Value
from app.store.writer import Writer
from bench.common import RESULTS, progress
from net.protocol.identity import PeerId, encode_peer_id

MESSAGES: Final = 1_000_000
PEOPLE: Final = 1_000
LONG: Final = 200_000
"""Of the messages, those in the one long chat; the others are spread evenly."""
RARE_WORD: Final = "xylograph"
RARE_EVERY: Final = 150_000
HAN_WORD: Final = "会议"
_SEED: Final = 5
_EDITION: Final = 1
"""Another number makes the cached profile anew."""
_CACHE_KIB: Final = 1024 * 1024
"""All of it: made in the writer's own 16 MiB it would take four minutes."""
_BEGIN_MS: Final = 1_690_000_000_000
_STEP_MS: Final = 60_000
_WORDS_MAX: Final = 24
_ENGLISH: Final = """
    the report is on share printer again lunch at noon build passes please look meeting moved
    file came through thanks tomorrow morning server restarted who has key for room four
    slides are ready call me when you can coffee numbers look good ship it budget draft"""
_CHINESE: Final = """
    好的 明天 会议 文件 收到 谢谢 打印机 报告 一起 吃饭 服务器 已经 重启 看一下 没问题 下午"""
_INSERT: Final = """
    INSERT INTO message (conversation_row, author, order_key, message_id, kind, text,
        time_ms, state, lane_row, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def hoard(folder: Path) -> Path:
    """A fresh copy in ``folder``, at the newest schema."""
    kept = RESULTS / f"hoard-{_EDITION}"
    if not kept.exists():
        progress(f"window: makes a profile with {MESSAGES:,} messages, once")
        fresh = kept.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        _make(fresh)
        fresh.rename(kept)
    copy = Path(shutil.copytree(kept, folder / "hoard"))
    connection, _ = open_database(copy / "landline.db")
    connection.close()
    return copy


def chat_id(number: int) -> str:
    """Of the person with this number, from 1; the first has the long chat."""
    return encode_peer_id(chat_key(number))


def chat_key(number: int) -> PeerId:
    return PeerId(hashlib.sha256(f"hoard {number}".encode()).digest())


def order_key(number: int) -> int:
    """Of the message with this number, from 0; whose it is depends on the seed."""
    return (_BEGIN_MS + number * _STEP_MS) << CLOCK_SHIFT


def _make(folder: Path) -> None:
    profile = Profile.open(folder)
    profile.close()
    connection, _ = open_database(profile.database)
    try:
        connection.pragma("cache_size", -_CACHE_KIB)
        connection.execute("BEGIN IMMEDIATE")
        writer = Writer(connection)
        _add_people(connection, writer)
        connection.executemany(_INSERT, _messages())
        _close_lanes(connection)
        writer.index_new_messages()
        connection.execute("COMMIT")
    finally:
        connection.close()


def _add_people(connection: apsw.Connection, writer: Writer) -> None:
    """Whose rows, conversations and pairs of lanes are numbered alike."""
    words = _ENGLISH.split()
    for number in range(1, PEOPLE + 1):
        name, peer = f"{words[number % len(words)].title()} {number}", chat_key(number)
        key = hashlib.sha256(peer).digest()
        writer.save_person(
            peer, key, name=name, device=f"desk-{number}", app_version="1.0", now_ms=_BEGIN_MS
        )
        writer.set_trust(peer, accepted=True)
        connection.execute("INSERT INTO conversation (person_row) VALUES (?)", (number,))
        for is_outgoing in (1, 0):
            connection.execute(
                "INSERT INTO lane (person_row, is_outgoing, lane_id) VALUES (?, ?, ?)",
                (number, is_outgoing, peer[:8]),
            )


def _messages() -> Iterator[tuple[Value, ...]]:
    chance = random.Random(_SEED)
    seqs = [0] * (2 * PEOPLE + 1)
    for number in range(MESSAGES):
        is_long = chance.random() < LONG / MESSAGES
        person = 1 if is_long else chance.randrange(2, PEOPLE + 1)
        is_ours = chance.random() < 0.5
        lane = 2 * person - 1 if is_ours else 2 * person
        seqs[lane] += 1
        time_ms = _BEGIN_MS + number * _STEP_MS
        yield (
            person,
            US if is_ours else person,
            order_key(number),
            chance.randbytes(16),
            KIND_NUMBER[MessageKind.TEXT],
            _text(chance, number),
            time_ms,
            STATE_NUMBER[MessageState.READ],
            lane,
            seqs[lane],
        )


def _text(chance: random.Random, number: int) -> str:
    count = chance.randrange(1, _WORDS_MAX)
    if number % 3:
        words = chance.choices(_ENGLISH.split(), k=count)
        if number % RARE_EVERY == 1:
            words.append(RARE_WORD)
        return " ".join([*words, f"{chance.randrange(100_000)}"])
    return "".join(chance.choices(_CHINESE.split(), k=count))


def _close_lanes(connection: apsw.Connection) -> None:
    """As if all had come by itself: told as read, and numbered on from here."""
    connection.execute(
        "UPDATE lane SET next_seq = 1 + ifnull((SELECT max(m.seq) FROM message AS m"
        " WHERE m.lane_row = lane.lane_row), 0)"
    )
    connection.execute("UPDATE lane SET receipted_seq = next_seq - 1 WHERE is_outgoing = 0")
