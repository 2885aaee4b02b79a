"""Search: every language, nothing of FTS5's or LIKE's syntax, only what is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.folding import fold
from app.store import lookup
from app.store.search import index_text, match_expression, search_terms
from app.store.writer import Writer
from tests.unit.app.store.desk import (
    Desk,
    an_id,
    an_offer,
    item,
    offer_item,
    peer_id,
    send,
    texts,
)

BODIES = (
    "会议文件在局域网",
    "file 文件",
    "明天开会",
    "Ünïcode résumé",
    "カタカナとひらがな",
    "한국어 메시지입니다",
    "see report-final_v2.pdf (100%)",
    "LANDLINE works",
    "𠮷野家で会う",
    "smile 😀 now",
    "fullwidth ＡＢＣ",
    'say "hello" AND NEAR(this) OR col:word*',
)


def _found(desk: Desk, text: str, limit: int = 50) -> list[str]:
    return texts(desk.do(lambda w: w.search(text, limit)))


@pytest.fixture
def library(desk: Desk) -> Desk:
    ann = desk.meet()
    desk.receive(ann, *(item(seq, body) for seq, body in enumerate(BODIES, 1)))
    return desk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("文件", ["file 文件", "会议文件在局域网"]),
        ("局域网", ["会议文件在局域网"]),
        ("会", ["𠮷野家で会う", "明天开会", "会议文件在局域网"]),
        ("网", ["会议文件在局域网"]),
        ("会文", []),
        ("file文件", ["file 文件"]),
        ("カナ", ["カタカナとひらがな"]),
        ("메시지", ["한국어 메시지입니다"]),
        ("𠮷野", ["𠮷野家で会う"]),
        ("resume", ["Ünïcode résumé"]),
        ("UNICODE résu", ["Ünïcode résumé"]),
        ("ABC", ["fullwidth ＡＢＣ"]),
        ("land", ["LANDLINE works"]),
        ("works landline", ["LANDLINE works"]),
        ("dline", ["LANDLINE works"]),
        ("final_v2", ["see report-final_v2.pdf (100%)"]),
        ("t-f", ["see report-final_v2.pdf (100%)"]),
        ("0%", ["see report-final_v2.pdf (100%)"]),
        ("😀", ["smile 😀 now"]),
        ("😀 smile", ["smile 😀 now"]),
        ("nothing of that kind", []),
        ("", []),
        ("  \n ", []),
    ],
)
def test_words_are_found_in_every_script(library: Desk, text: str, expected: list[str]) -> None:
    assert _found(library, text) == expected


@pytest.mark.parametrize(
    "text",
    ['"', '""', "AND", "a OR", "NOT", "NEAR(", "words:", "place:c1", "^x", "*", "+", "-x", "(",
     "{words}:x", "x AND NOT y", "'", "\\", "%", "_", "c1", "\0", "a\0b", '"hello" AND'],
)  # fmt: skip
def test_what_the_user_types_is_never_syntax(library: Desk, text: str) -> None:
    """Nothing raises, and only texts with these very characters are found."""
    words = fold(text.replace("\0", " ")).split()
    for body in _found(library, text):
        assert all(word in fold(body) for word in words)


@given(st.text(max_size=40))
def test_no_text_makes_the_index_raise(text: str) -> None:
    terms = search_terms(text)
    expression = match_expression(terms)
    index_text(text)
    assert expression is None or expression.count('"') % 2 == 0


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_any_search_is_answered(shared_library: Desk, text: str) -> None:
    _found(shared_library, text)


@pytest.fixture(scope="module")
def shared_library(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    with Desk(tmp_path_factory.mktemp("shared") / "landline.db") as desk:
        ann = desk.meet()
        desk.receive(ann, *(item(seq, body) for seq, body in enumerate(BODIES, 1)))
        yield desk


@given(text=st.text("会议文件在局域网あカ", min_size=1, max_size=8))
def test_cjk_finds_exactly_the_texts_that_hold_it(shared_library: Desk, text: str) -> None:
    assert set(_found(shared_library, text)) == {body for body in BODIES if text in body}


def test_names_of_offered_files_are_found(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, offer_item(1, an_offer(7, "季度报告.pdf", "holiday_photo.jpg")))
    for text in ("报告", "photo", "holi", "oto.jp", "pdf"):
        (message,) = desk.do(lambda w, t=text: w.search(t, 5))
        assert message.transfer is not None


def test_search_within_one_chat_finds_no_other(desk: Desk) -> None:
    ann, bob = desk.meet(1), desk.meet(2)
    desk.receive(ann, item(1, "lunch at noon"))
    desk.receive(bob, item(1, "lunch at one"))
    desk.send(bob, 5, "no lunch")
    assert texts(desk.do(lambda w: w.search("lunch", 9, bob))) == ["no lunch", "lunch at one"]
    assert texts(desk.do(lambda w: w.search("unc", 9, ann))) == ["lunch at noon"]
    assert desk.do(lambda w: w.search("lunch", 9, peer_id(99))) == []


def test_newest_come_first_and_the_limit_holds(desk: Desk) -> None:
    ann = desk.meet()
    for number in range(30):
        desk.send(ann, number, f"same words {number}")
    assert _found(desk, "same", 3) == ["same words 29", "same words 28", "same words 27"]
    assert _found(desk, "ords", 2) == ["same words 29", "same words 28"]
    assert _found(desk, "same", 0) == []
    assert _found(desk, "same", -1) == []


def test_inside_words_only_the_newest_are_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "INSIDE_WORDS_ROWS", 5)
    ann = desk.meet()
    for number in range(8):
        desk.send(ann, number, f"landline {number}")
    assert len(_found(desk, "dline")) == 5
    assert len(_found(desk, "landl")) == 8


def test_what_was_just_written_is_found_by_the_index_in_the_same_job(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "INSIDE_WORDS_ROWS", 0)
    ann = desk.meet()
    found = desk.do(lambda w: (send(w, ann, 1, "just written"), w.search("written", 9))[1])
    assert texts(found) == ["just written"]


def test_what_is_in_the_index_is_not_put_there_again(desk: Desk) -> None:
    ann = desk.meet()
    desk.send(ann, 1, "one")
    desk.send(ann, 2, "two")

    def changes(w: Writer) -> int:
        before = w._connection.total_changes()
        w.index_new_messages()
        return w._connection.total_changes() - before

    assert desk.do(changes) == 0


def test_a_pasted_novel_is_a_bounded_search(library: Desk) -> None:
    assert _found(library, "zebra " * 100_000) == []
    assert _found(library, "x" * 100_000) == []
    assert len(search_terms("word " * 1000)) == 32


def test_64_kib_of_cjk_is_indexed_whole(desk: Desk) -> None:
    ann = desk.meet()
    desk.do(lambda w: w.save_person(ann, bytes(32), name="", device="", app_version="", now_ms=0))
    desk.receive(ann, item(1, "会" * 21_000 + "终点"))
    assert len(_found(desk, "终点")) == 1
    assert desk.do(lambda w: w.message(an_id(2**64 + 1))) is not None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("die Straße", "strasse"),
        ("die Strasse", "STRAßE"),
        ("une CAFÉTÉRIA", "fétér"),
        ("une CAFÉTÉRIA", "feter"),
        ("ВСЕГДА", "егда"),
        ("weekend ＡＢＣＤ", "bcd"),
        ("die Hauptstraße", "tstrass"),
    ],
)
def test_case_accents_and_width_do_not_hide_a_word(desk: Desk, body: str, text: str) -> None:
    desk.receive(desk.meet(), item(1, body))
    assert _found(desk, text) == [body]


def test_matches_of_one_chat_go_on_before_the_last_one(desk: Desk) -> None:
    ann, ben = desk.meet(1), desk.meet(2)
    desk.receive(ann, *(item(seq, f"word {seq}") for seq in range(1, 8)))
    desk.receive(ben, item(1, "word elsewhere"))
    first = desk.do(lambda w: w.matches("word", 4, ann))
    rest = desk.do(lambda w: w.matches("word", 4, ann, first[-1].row))
    read = desk.do(lambda w: w.read_matches([one.row for one in (*first, *rest)]))
    assert texts(read) == [f"word {seq}" for seq in range(7, 0, -1)]
    assert [one.order_key for one in first] == [one.order_key for one in read[:4]]


@pytest.mark.parametrize("slice_rows", [1, 3, 100])
def test_words_inside_words_are_found_in_all_messages(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, slice_rows: int
) -> None:
    monkeypatch.setattr(lookup, "INSIDE_WORDS_ROWS", 2)
    monkeypatch.setattr(lookup, "SLICE_ROWS", slice_rows)
    ann, ben = desk.meet(1), desk.meet(2)
    desk.receive(ann, *(item(seq, f"Häuserwände {seq}") for seq in range(1, 8)))
    desk.receive(ann, offer_item(8, an_offer(7, "Bauwände.pdf")), item(9, "Wände"))
    desk.receive(ben, item(1, "Trennwände"))

    def deep(limit: int, *where: object) -> list[str]:
        found = desk.do(
            lambda w: w.deep_matches("WANDE", limit, *where, is_wanted=lambda: True)  # type: ignore[arg-type]
        )
        return texts(desk.do(lambda w: w.read_matches([one.row for one in found])))

    old = [f"Häuserwände {seq}" for seq in range(7, 0, -1)]
    assert deep(99) == ["Trennwände", "Wände", *old]
    assert deep(99, ann) == ["Wände", "", *old]
    last = desk.do(lambda w: w.deep_matches("wande", 4, ann, is_wanted=lambda: True))[-1]
    assert deep(3, ann, last.row) == old[2:5]
    assert len(desk.do(lambda w: w.matches("wande", 99))) < 3


def test_search_that_nobody_waits_for_any_more_ends(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "SLICE_ROWS", 2)
    desk.receive(desk.meet(), *(item(seq, f"airplane {seq}") for seq in range(1, 9)))
    asked = iter((True, True, False))
    found = desk.do(lambda w: w.deep_matches("plane", 99, is_wanted=lambda: next(asked)))
    assert len(found) == 4


def test_texts_and_files_are_told_apart_in_all_chats(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1, "the plan"), offer_item(2, an_offer(7, "plan é.pdf")))
    said = desk.do(lambda w: w.matches("plan", 9))
    offered = desk.do(lambda w: w.file_matches("É.PDF lan", 9))
    assert [len(said), len(offered)] == [1, 1]
    assert said[0].row < offered[0].row
    assert len(desk.do(lambda w: w.matches("plan", 9, ann))) == 2


def test_deleted_text_is_not_found(desk: Desk) -> None:
    ann = desk.meet()
    desk.send(ann, 1, "a secret")
    desk.do(lambda w: w.delete_own(an_id(1)))
    assert _found(desk, "secret") == _found(desk, "ecret") == []


def test_days_with_messages_are_told_from_those_without(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, item(1, "one"), item(2, "two"))
    keys = [one.order_key for one in desk.do(lambda w: w.messages_before(ann, None, 9))]
    edges = [0, keys[0], keys[0] + 1, keys[1], keys[1] + 1, 2**62]
    assert desk.do(lambda w: w.filled(ann, edges)) == [False, True, False, True, False]
