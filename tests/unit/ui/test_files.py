"""What a drop or a paste holds (ATTACKS F-12), and how much of it there is."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QUrl

from ui.files import PATHS_MAX, Tally, count_paths, holds_files, local_paths


def mime(**formats: bytes) -> QMimeData:
    data = QMimeData()
    for name, content in formats.items():
        data.setData(name.replace("__", "/").replace("_", "-"), QByteArray(content))
    return data


def go_on() -> bool:
    return False


def test_urls_of_a_file_manager() -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/报告 report.txt"), QUrl.fromLocalFile("/tmp/b")])
    assert holds_files(data)
    assert local_paths(data) == (Path("/tmp/报告 report.txt"), Path("/tmp/b"))


@pytest.mark.parametrize("verb", [b"copy", b"cut"])
def test_files_copied_in_gnome(verb: bytes) -> None:
    data = mime(x_special__gnome_copied_files=verb + b"\nfile:///tmp/a%20b\nfile:///tmp/c\0")
    assert holds_files(data)
    assert local_paths(data) == (Path("/tmp/a b"), Path("/tmp/c"))


@pytest.mark.parametrize(
    "content",
    [
        b"https://example.com/x.png\r\n",
        b"smb://server/share/x\r\n",
        b"# comment\r\n",
        b"",
        b"javascript:x\r\n",
    ],
)
def test_f12_what_is_no_local_file_is_refused(content: bytes) -> None:
    data = mime(text__uri_list=content)
    assert not holds_files(data)
    assert local_paths(data) == ()


def test_f12_text_and_html_are_no_files() -> None:
    data = QMimeData()
    data.setHtml("<a href='file:///etc/passwd'>x</a>")
    data.setText("file:///etc/passwd")
    assert not holds_files(data)


def test_f12_hundred_thousand_files_are_bounded() -> None:
    many = mime(text__uri_list=b"".join(b"file:///tmp/%d\r\n" % n for n in range(100_000)))
    assert holds_files(many)
    assert len(local_paths(many)) == PATHS_MAX


def test_same_file_twice_counts_once() -> None:
    data = mime(text__uri_list=b"file:///tmp/a\r\nfile:///tmp/a\r\n")
    assert local_paths(data) == (Path("/tmp/a"),)


def test_count_says_what_is_at_the_top_and_the_size_of_all(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"x" * 10)
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "folder" / "deep" / "two").write_bytes(b"x" * 7)
    found = count_paths([tmp_path / "one", tmp_path / "folder"], go_on)
    assert found == Tally(files=1, folders=1, size_bytes=17, is_whole=True)


def test_count_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "big").write_bytes(b"x" * 1000)
    os.symlink(tmp_path / "big", tmp_path / "folder" / "link")
    os.symlink(tmp_path / "folder", tmp_path / "folder" / "loop")
    assert count_paths([tmp_path / "folder"], go_on) == Tally(0, 1, 0, True)


def test_count_passes_by_what_is_gone(tmp_path: Path) -> None:
    assert count_paths([tmp_path / "gone"], go_on) == Tally(0, 0, 0, True)


def test_cancelled_count_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"x")
    assert not count_paths([tmp_path / "one"], lambda: True).is_whole
