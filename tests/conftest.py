"""What every test is held to: it leaves no thread, socket, file, task or warning behind.

A test that means to cause a log record at WARNING or above says so with
``@pytest.mark.expects_log("pattern")`` (it must come) or ``allows_log`` (it may).
Python warnings, exceptions in threads and in finalizers fail a test by
``filterwarnings = error`` in pyproject.toml.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.hostile.oracles import figures
from tests.leaks import LogWatch, Resources, watch_event_loops

# Windows of unit tests are drawn into memory; tests of a real desktop set their own platform.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "landline",
    derandomize=True,  # a run of the checks is repeatable; explore with --hypothesis-profile=search
    database=None,
    deadline=None,  # a timing is a benchmark, never an assertion
    max_examples=100,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "search",
    deadline=None,
    max_examples=5000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("landline")

watch_event_loops()


@pytest.fixture(scope="session", autouse=True)
def private_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test can reach the profile of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "CONFIG", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        yield


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    before = Resources.now()
    yield
    left = before.what_is_left()
    if left:
        pytest.fail("left behind:\n  " + "\n  ".join(left), pytrace=False)


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    watch = LogWatch(
        expected=_patterns(request.node, "expects_log"),
        allowed=_patterns(request.node, "allows_log"),
    )
    with watch:
        yield
    faults = watch.faults()
    if faults:
        pytest.fail("log:\n  " + "\n  ".join(faults), pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in figures:
        terminalreporter.write_line(line)


def _patterns(node: pytest.Item, marker: str) -> list[str]:
    return [str(pattern) for mark in node.iter_markers(marker) for pattern in mark.args]
