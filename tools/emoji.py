"""Makes resources/emoji/emoji.tsv, which the emoji picker shows and searches.

    python -m tools.emoji FOLDER

FOLDER holds Unicode's own data (licence: resources/emoji/LICENSE):
- emoji-test.txt, from https://unicode.org/Public/emoji/15.0/ (Debian: unicode-data): which there
  are, in their order and groups;
- en.json, zh.json: annotations.json of cldr-annotations-full 47, and en-derived.json,
  zh-derived.json: of cldr-annotations-derived-full 47, from
  https://github.com/unicode-org/cldr-json: names and search words.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "resources" / "emoji" / "emoji.tsv"
LANGUAGES = ("en", "zh")
_LINE = re.compile(r"[0-9A-F ]+; fully-qualified +# (\S+) E(\d+\.\d+) ")
_GROUP = "# group: "
_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
_LIGHT = "\U0001f3fb"
_SELECTOR = "\ufe0f"

Words = dict[str, dict[str, list[str]]]


def read_words(folder: Path, language: str) -> Words:
    found: Words = {}
    for name, key in ((language, "annotations"), (f"{language}-derived", "annotationsDerived")):
        with (folder / f"{name}.json").open(encoding="utf-8") as file:
            found.update(json.load(file)[key]["annotations"])
    return found


def words_of(emoji: str, words: Words) -> str:
    """Its name, then what else one may look for, with bars between."""
    entry = words.get(emoji) or words[emoji.replace(_SELECTOR, "")]
    (name,) = entry["tts"]
    return "|".join(dict.fromkeys((name, *entry.get("default", []))))


def read_emoji(listing: Path) -> Iterator[tuple[str, str, str]]:
    """Group, emoji, version, in Unicode's order; also each in every colour of skin."""
    group = ""
    for line in listing.read_text(encoding="utf-8").splitlines():
        if line.startswith(_GROUP):
            group = line.removeprefix(_GROUP)
        found = _LINE.match(line)
        if found:
            yield group, found[1], found[2]


def lines(folder: Path) -> Iterator[str]:
    words = {language: read_words(folder, language) for language in LANGUAGES}
    listed = list(read_emoji(folder / "emoji-test.txt"))
    light = {
        _TONES.sub("", one).replace(_SELECTOR, ""): one
        for _, one, _ in listed
        if set(_TONES.findall(one)) == {_LIGHT}
    }
    last = ""
    for group, emoji, version in listed:
        if _TONES.search(emoji):
            continue
        if group != last:
            last = group
            yield f"#{group}"
        names = [words_of(emoji, words[language]) for language in LANGUAGES]
        yield "\t".join((emoji, light.get(emoji.replace(_SELECTOR, ""), ""), version, *names))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    TARGET.write_text("\n".join(lines(Path(arguments[0]))) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
