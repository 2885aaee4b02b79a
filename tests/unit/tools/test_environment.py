"""The environment is made once and made anew only where a lock file changed."""

import sys
from pathlib import Path

import pytest

from tools import environment
from tools.environment import SetupError, make

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="environments with bin/python")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose locks are empty, so that nothing has to be fetched."""
    for lock in environment.LOCKS.values():
        (tmp_path / lock).write_text("")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    return tmp_path


def _mark_made(project: Path, kind: str) -> None:
    """As after ``make(kind)``, with this Python as the environment's."""
    binary = project / ".venv" / "bin"
    binary.mkdir(parents=True, exist_ok=True)
    if not (binary / "python").exists():
        (binary / "python").symlink_to(sys.executable)
    environment._stamp(kind).write_text(environment._mark(kind))


def _is_current(kind: str) -> bool:
    return environment._is_current(kind, environment._environment_python())


def test_fresh_project_has_no_environment(project: Path) -> None:
    assert not _is_current("run")
    assert not _is_current("dev")


def test_environment_that_was_made_is_used_as_it_is(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _mark_made(project, "run")
    assert make("run") == project / ".venv" / "bin" / "python"
    assert capfd.readouterr().err == ""


def test_environment_for_tests_serves_to_run_but_not_the_other_way(project: Path) -> None:
    _mark_made(project, "run")
    assert not _is_current("dev")
    _mark_made(project, "dev")
    assert _is_current("dev")
    (project / ".venv" / "landline-run.stamp").unlink()
    assert _is_current("run")


def test_changed_lock_makes_the_environment_stale(project: Path) -> None:
    _mark_made(project, "run")
    (project / "requirements.lock").write_text("# another version\n")
    assert not _is_current("run")


def test_python_that_is_gone_makes_the_environment_stale(project: Path) -> None:
    _mark_made(project, "run")
    (project / ".venv" / "bin" / "python").unlink()
    (project / ".venv" / "bin" / "python").symlink_to("/nonexistent/python3")
    assert not _is_current("run")


def test_python_that_is_too_old_is_one_clear_line(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "OLDEST", (9, 9))
    with pytest.raises(SetupError, match=r"Python 3\.11 or newer"):
        make("run")


def test_lock_that_cannot_be_installed_is_one_clear_line(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _mark_made(project, "run")
    (project / "requirements.lock").write_text("unpinned\n")
    monkeypatch.setattr(environment, "VENV", Path(sys.prefix))
    monkeypatch.setattr(environment, "_stamp", lambda kind: project / f"{kind}.stamp")
    with pytest.raises(SetupError, match=r"this failed: .* pip install"):
        make("run")
    assert not (project / "run.stamp").exists()
