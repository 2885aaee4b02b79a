"""docs/bounds.md: all numbers that bound what others can make us do, each with its reason."""

from tools.bounds import PAGE, ROOMS, ROOT, bounds, page


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m tools.bounds"


def test_every_bound_has_a_reason() -> None:
    paths = (path for room in ROOMS for path in (ROOT / room).glob("*.py"))
    missing = [
        f"{path.name}: {one.names}" for path in paths for one in bounds(path) if not one.reason
    ]
    assert missing == []


def test_bounds_are_found_with_their_values_and_reasons() -> None:
    found = {one.names: one for one in bounds(ROOT / "net/protocol/responder.py")}
    assert found["FREE_RATE, FREE_BURST"].values == "16.0, 32.0"
    assert "without a cookie" in found["FREE_RATE, FREE_BURST"].reason


def test_every_room_of_the_program_is_looked_at() -> None:
    there = {
        path.parent.relative_to(ROOT).as_posix()
        for top in ("net", "app")
        for path in (ROOT / top).rglob("*.py")
    }
    assert there - {"app/headless"} <= set(ROOMS)
