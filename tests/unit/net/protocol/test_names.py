"""Names from strangers: ATTACKS group C, and the rules for every name there is."""

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from net.protocol import names
from net.protocol.names import (
    FILE_NAME_MAX_BYTES,
    collision_name,
    is_numbered,
    is_risky,
    safe_name,
    safe_path,
)
from tests.pace import examples

RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"} | {
    port + digit for port in ("COM", "LPT") for digit in "0123456789¹²³"
}
ODD = st.sampled_from([
    *'<>:"/\\|?*. ~$%-', "\0", "\n", "\x1b", "\x7f", "\x85", "\u200b", "\u200c", "\u200d", "\u202e",
    "\u2066", "\ufeff", "\u00ad", "\u034f", "\u3164", "\U000e0041", "\ud800", "\uffff", "\u0301",
    "\u094d", "\u0915", "\u2800", "\ufe0f", "\U0001f469", "\u0633", "각", "é", "İ", "ß", "\u3000",
    "\u00a0", "\u2028", "CON", "nul", "COM¹", ".landline-", ".tar", ".gz", "\u0f71\u0f72",
])  # fmt: skip
WILD = st.lists(st.one_of(ODD, st.characters()), max_size=300).map("".join)


def assert_fits_every_system(name: str) -> None:
    assert name not in ("", ".", "..")
    for form in ("NFC", "NFD"):
        assert len(unicodedata.normalize(form, name).encode("utf-8")) <= FILE_NAME_MAX_BYTES
    assert unicodedata.is_normalized("NFC", name)
    assert not set(name) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in name)
    assert name == name.strip()
    assert not name.endswith(".")
    assert name.partition(".")[0].rstrip().upper() not in RESERVED
    assert not name.lower().startswith(".landline-")
    assert not PureWindowsPath(name).is_reserved()
    for kind in (PurePosixPath, PureWindowsPath):
        assert kind("folder", name).parts == ("folder", name)


@settings(max_examples=examples(600), deadline=None)
@given(WILD)
@example("con" + "." * 250 + "x.pdf")
@example(".landline-" + "a" * 250)
@example("con." + "b" * 252)
def test_every_name_becomes_one_that_every_system_takes(name: str) -> None:
    safe = safe_name(name)
    assert_fits_every_system(safe)
    assert safe_name(safe) == safe


@settings(max_examples=examples(200), deadline=None)
@given(WILD, st.sampled_from([".pdf", ".tar.gz", ".exe", ".docx", ".html", ".e"]))
@example("x" * 5000, ".exe")
@example("é" * 200, ".tar.gz")
def test_c13_no_name_hides_or_loses_its_real_extension(name: str, extension: str) -> None:
    assert safe_name(name + extension).endswith(extension)


@settings(max_examples=examples(300), deadline=None)
@given(st.text("aNcou1lL_-. ", max_size=12))
@example("nul.txt")
@example("con .txt")
@example("a" * 256)
def test_a_name_is_taken_for_plain_only_if_the_rules_would_not_change_it(name: str) -> None:
    if names._is_plain(name):
        assert names._shape(names._clean(name)) == names._truncate(name, "") == name


@settings(max_examples=examples(200), deadline=None)
@given(WILD, st.integers(2, 10**12))
def test_a_numbered_name_is_as_safe_as_a_plain_one(name: str, number: int) -> None:
    numbered = collision_name(safe_name(name), number)
    assert_fits_every_system(numbered)
    assert f"({number})" in numbered
    assert is_numbered(numbered)
    assert safe_name(numbered) == numbered


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        pytest.param("report.pdf", "report.pdf", id="plain"),
        pytest.param("报告 2024（终稿）.docx", "报告 2024（终稿）.docx", id="chinese"),
        pytest.param("e\u0301te\u0301.txt", "été.txt", id="decomposed-mac-name"),
        pytest.param(
            "👩\u200d💻 ❤\ufe0f\u200d🔥.png", "👩\u200d💻 ❤\ufe0f\u200d🔥.png", id="emoji"
        ),
        pytest.param("می\u200cخواهم.txt", "می\u200cخواهم.txt", id="persian-joiner"),
        pytest.param("क्\u200dषण.txt", "क्\u200dषण.txt", id="indic-joiner"),
        pytest.param("~$draft %PATH%.docx", "~$draft %PATH%.docx", id="shell-characters"),
        pytest.param(
            "Screenshot 10.31.02\u202fAM.png", "Screenshot 10.31.02\u202fAM.png", id="mac"
        ),
    ],
)
def test_an_honest_name_stays_as_it_is(sent: str, written: str) -> None:
    assert safe_name(sent) == written


def test_c01_to_c05_no_component_leads_elsewhere() -> None:
    attacks = [
        "..", ".", "../x", "..\\x", "a/../../x", "....//x", "/etc/x", "//srv/share/x",
        "\\\\srv\\share\\x", "\\\\?\\C:\\x", "\\\\.\\PhysicalDrive0", "C:x", "C:\\x",
        "file:///x", "~/x", "$HOME/x", "%APPDATA%\\x", "../downloads2/x", "a.txt\0.exe",
    ]  # fmt: skip
    for attack in attacks:
        safe = safe_name(attack)
        assert_fits_every_system(safe)
    assert safe_name("a.txt\0.exe") == "a.txt_.exe"
    assert safe_path(["..", "etc", "passwd"]) == ("_", "etc", "passwd")


@pytest.mark.parametrize(
    "name",
    [
        "CON",
        "con",
        "nul.txt",
        "AUX.h",
        "COM1",
        "COM¹.txt",
        "LPT0",
        "lpt9.tar.gz",
        "CONIN$",
        "NUL ",
        "con .txt",
        "Prn.",
        "CLOCK$",
        "aux\u200b",
        "C\u200bON.txt",
    ],
)
def test_c06_reserved_words_of_windows_are_written_with_a_mark(name: str) -> None:
    safe = safe_name(name)
    assert safe.startswith("_")
    assert_fits_every_system(safe)


def test_c07_trailing_dots_and_spaces_go() -> None:
    for name in ("x", "x ", "x . .", " x", "x\u3000", "x."):
        assert safe_name(name) == "x"
    assert safe_name("x.exe.") == "x.exe"
    assert safe_name("...") == safe_name("   ") == safe_name("") == "_"


def test_c08_alternate_streams_are_plain_names() -> None:
    assert safe_name("x.txt:evil.exe") == "x.txt_evil.exe"
    assert safe_name("x::$DATA") == "x__$DATA"


def test_c09_forbidden_and_control_characters_are_replaced() -> None:
    for code in [*range(1, 32), 127, *range(128, 160), *map(ord, '<>"|?*')]:
        assert safe_name(f"a{chr(code)}b") == "a_b"


def test_c10_c11_nothing_invisible_or_turning_is_written() -> None:
    invisible = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    invisible += (
        "\u200b\u2060\ufeff\u00ad\u180e\u034f\u3164\u115f\u1160\uffa0\u2800\U000e0041\U000e0001"
    )
    for char in invisible + "\u200c\u200d":
        assert safe_name(f"a{char}b") == "ab"
    assert safe_name("gnp\u202egpj.exe") == "gnpgpj.exe"
    assert safe_name(invisible) == "_"


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("\u200cمی", "می"),
        ("क्\u200d.txt", "क्.txt"),
        ("a\u200d😀", "a😀"),
        ("😀\u200da", "😀a"),
        ("😀\u2800\u200d😀", "😀😀"),
        ("😀\u200d\u2800😀", "😀😀"),
    ],
)
def test_c11_a_joiner_that_joins_nothing_is_not_written(sent: str, written: str) -> None:
    assert safe_name(sent) == written


def test_c09_what_is_no_character_is_replaced() -> None:
    for code in (0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF):
        assert safe_name(f"a{chr(code)}b") == "a_b"


def test_c12_terminal_sequences_and_newlines_are_replaced() -> None:
    assert safe_name("a\x1b[1A\rb\nc") == "a_[1A_b_c"


def test_c13_long_names_keep_whole_characters_and_their_extension() -> None:
    assert safe_name("a" * 255) == "a" * 255
    assert safe_name("a" * 256) == "a" * 255
    assert safe_name("a" * 4096 + ".pdf") == "a" * 251 + ".pdf"
    assert safe_name("é" * 200 + ".txt") == "é" * 83 + ".txt"
    assert safe_name("界" * 200 + ".tar.gz") == "界" * 82 + ".tar.gz"
    assert safe_name("a" * 250 + "." * 20 + "b.txt") == "a" * 250 + ".txt"
    assert safe_name("x" * 300 + "." + "y" * 300) == "x" * 255
    assert safe_name("\u0301" * 300 + ".txt") == "_.txt"
    assert safe_name("x" * 1_000_000 + ".jpg") == "x" * 251 + ".jpg"
    assert collision_name("界" * 82 + ".tar.gz", 2) == "界" * 81 + " (2).tar.gz"


def test_c14_compatibility_forms_stay_what_they_are() -> None:
    assert safe_name("．．／x") == "．．／x"
    assert safe_name("\u2025\u2215x") == "\u2025\u2215x"


def test_c16_our_own_partial_folders_cannot_be_named() -> None:
    assert safe_name(".landline-00ff") == "_.landline-00ff"
    assert safe_name(".LandLine-x") == "_.LandLine-x"
    assert safe_name(".\u200blandline-x") == "_.landline-x"


@pytest.mark.parametrize(
    "name",
    [
        "-rf",
        ".bashrc",
        "desktop.ini",
        "AutoRun.inf",
        "a.lnk",
        "a.url",
        "a.scf",
        "a.library-ms",
        "a.desktop",
        "a.command",
        "a.pyzw",
        "a.EXE",
        "a.iqy",
        "a.diagcab",
        "a.appinstaller",
        "a.inetloc",
        "a.flatpakref",
        "invoice.pdf.exe",
        "invoice.pdf      .exe",
    ],
)
def test_c16_c17_what_may_run_or_hide_is_stored_and_marked(name: str) -> None:
    assert is_risky(safe_name(name))
    assert safe_name(name).rpartition(".")[2].lower() == name.rpartition(".")[2].lower()


def test_c17_spaces_cannot_push_the_extension_out_of_sight() -> None:
    assert safe_name("invoice.pdf" + " " * 80 + ".exe") == "invoice.pdf .exe"
    assert safe_name("invoice.pdf" + "\u3000" * 80 + ".exe") == "invoice.pdf .exe"


def test_ordinary_files_are_not_marked() -> None:
    assert not any(
        map(is_risky, ["a.pdf", "photo.JPG", "noextension", "exe", "报告.docx", "a.tar.gz"])
    )


def test_numbers_go_before_the_extension() -> None:
    assert collision_name("a.txt", 2) == "a (2).txt"
    assert collision_name("a.tar.gz", 3) == "a (3).tar.gz"
    assert collision_name(".bashrc", 2) == ".bashrc (2)"
    assert collision_name(".tar.gz", 2) == ".tar (2).gz"
    assert collision_name("noextension", 10) == "noextension (10)"
