"""Web addresses in messages: http and https, shown in full (ATTACKS F-03)."""

import pytest

from ui.chat.links import (
    LINKS_MAX,
    SHORT_MAX_CHARS,
    find_links,
    is_deceptive,
    short_form,
    true_form,
)


def found(text: str) -> list[str]:
    return [link.url for link in find_links(text)]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        r"\\srv\share\x",
        "ms-msdt:/id",
        "search-ms:query=x",
        "x-apple.systempreferences:x",
        "ftp://example.com",
        "xhttp://example.com",
        "http://",
        "https:///path",
        "data:text/html,x",
        "www.example.com",
    ],
)
def test_f03_anything_but_web_addresses_is_text(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see https://example.com/a?b=1&c=2.", "https://example.com/a?b=1&c=2"),
        ("(https://example.com/x)", "https://example.com/x"),
        ("https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"),
        ("(https://en.wikipedia.org/wiki/A_(b)).)", "https://en.wikipedia.org/wiki/A_(b)"),
        ("https://example.com/" + "[)" * 30_000, "https://example.com/" + "[)" * 29_999 + "["),
        ("<https://example.com>", "https://example.com"),
        ("看 https://example.com/路，后面", "https://example.com/路"),
        ("HTTP://EXAMPLE.com/", "HTTP://EXAMPLE.com/"),
        ("https://example.com/\u202egnp.exe", "https://example.com/"),
    ],
)
def test_address_ends_where_the_sentence_goes_on(text: str, url: str) -> None:
    assert found(text) == [url]


def test_place_of_a_link_counts_characters() -> None:
    text = "🙏 https://example.com 🙏"
    (link,) = find_links(text)
    assert text[link.start : link.end] == link.url


@pytest.mark.parametrize(
    "url",
    [
        "http://user@evil.example/",
        "http://@evil.example/",
        "https://bank.example@evil.example/x",
        "https://аpple.com/",
        "https://xn--80ak6aa92e.com/",
        "https://my-bank.example." + "a" * 60 + ".evil.example/",
        "http://2130706433/",
        "http://0x7f.1/",
        "https://exam\u00adple.com/",
        "https://example.com/\u3164x",
    ],
)
def test_f03_deceptive_address_is_asked_about(url: str) -> None:
    assert found(url) == [url]
    assert is_deceptive(url)


def test_f03_look_alike_letters_are_told_in_ascii() -> None:
    assert true_form("https://аpple.com/") == "https://xn--pple-43d.com/"


def test_f03_shortened_the_host_stays_whole() -> None:
    assert short_form("https://example.com/a") == "https://example.com/a"
    shown = short_form("https://my-bank.example.evil.example/" + "x" * 900 + "/end.html")
    assert shown.startswith("https://my-bank.example.evil.example/…")
    assert shown.endswith("/end.html")
    assert len(short_form("https://" + "a" * 900 + "/")) < 2 * SHORT_MAX_CHARS


@pytest.mark.parametrize(
    "url", ["http://[::1]/x", "http://192.0.2.1:8080/", "HTTP://Nas/", "http://a.b-c.d/%41"]
)
def test_plain_address_is_not_asked_about(url: str) -> None:
    assert not is_deceptive(url)
    assert not is_deceptive("https://example.com/a?mail=x%40y")


def test_links_in_one_message_are_bounded() -> None:
    assert len(find_links("https://example.com " * 500)) == LINKS_MAX
