"""English and Chinese are complete, and stay in step with the code."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ui.translate import CODE, LANGUAGES, compile_all, compile_stale, source_of, update

_BRACES = re.compile(r"\{\w*\}|%n")

_SAME_EVERYWHERE = {
    "Landline {version}",
    "{done} of {size}",
    "{name}: {text}",
    "{name} ({doubt})",
    "{first} {second}",
    "{amount} · {rate}",
    "{reason}: {names}",
    "{number}%",
    "{number} of {count}",
}


def messages(path: Path) -> Iterator[ElementTree.Element]:
    return ElementTree.parse(path).getroot().iter("message")


def text_of(entry: ElementTree.Element, name: str) -> str:
    return entry.findtext(name) or ""


def forms(entry: ElementTree.Element) -> list[str]:
    translation = entry.find("translation")
    assert translation is not None
    numerus = translation.findall("numerusform")
    return [form.text or "" for form in numerus] if numerus else [translation.text or ""]


def keys(path: Path) -> set[tuple[str, str, str]]:
    return {
        (context.findtext("name") or "", text_of(entry, "source"), text_of(entry, "comment"))
        for context in ElementTree.parse(path).getroot().iter("context")
        for entry in context.iter("message")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_string_is_untranslated(language: str) -> None:
    unfinished = [
        text_of(entry, "source")
        for entry in messages(source_of(language))
        if entry.find("translation").get("type") or not all(forms(entry))  # type: ignore[union-attr]
    ]
    assert unfinished == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_string_of_the_code_is_missing_or_stale(language: str, tmp_path: Path) -> None:
    """What ``python -m ui.translate`` would change."""
    fresh = tmp_path / source_of(language).name
    fresh.write_bytes(source_of(language).read_bytes())
    for other in LANGUAGES:
        path = tmp_path / source_of(other).name
        path.write_bytes(source_of(other).read_bytes())
    update(tmp_path)
    assert keys(fresh) == keys(source_of(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language: str) -> None:
    for entry in messages(source_of(language)):
        wanted = sorted(_BRACES.findall(text_of(entry, "source")))
        for form in forms(entry):
            assert sorted(_BRACES.findall(form)) == wanted, form


def test_chinese_is_chinese() -> None:
    """A sentence copied over from English is no translation."""
    han = re.compile(r"[\u4e00-\u9fff]")
    entries = messages(source_of("zh_CN"))
    same = {text_of(one, "source") for one in entries if not han.search("".join(forms(one)))}
    assert same <= _SAME_EVERYWHERE


def test_every_tr_in_the_code_is_collected() -> None:
    """lupdate sees no string inside an f-string, and none that is not a literal."""
    collected = {text_of(entry, "source") for entry in messages(source_of("zh_CN"))}
    for path in sorted(CODE.rglob("*.py")):
        for call in _tr_calls(ast.parse(path.read_text(encoding="utf-8"))):
            text = call.args[0]
            assert isinstance(text, ast.Constant), f"{path}:{call.lineno}"
            assert text.value in collected, f"{path}:{call.lineno}: {text.value}"


def _tr_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_method and node.func.attr == "tr":
            yield node


def test_compiled_files_are_as_new_as_their_sources() -> None:
    compile_stale()
    for language in LANGUAGES:
        built = source_of(language).with_suffix(".qm")
        assert built.stat().st_mtime_ns >= source_of(language).stat().st_mtime_ns


def test_a_window_that_is_open_keeps_the_translation_it_began_with() -> None:
    """Written in place, its memory would be gone: the process dies of SIGBUS."""
    built = source_of("zh_CN").with_suffix(".qm")
    with built.open("rb") as mapped:
        before = mapped.read()
        compile_all()
        mapped.seek(0)
        assert mapped.read() == before
        assert os.fstat(mapped.fileno()).st_nlink == 0
    assert built.exists()
    assert not list(built.parent.glob("*.new"))
