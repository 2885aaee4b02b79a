"""Chinese typing works with pip's Qt, which brings no fcitx module."""

from pathlib import Path

import pytest

from ui.inputmethod import choose_input_method


@pytest.mark.parametrize(
    ("environ", "chosen"),
    [
        ({}, "ibus"),
        ({"QT_IM_MODULE": ""}, "ibus"),
        ({"QT_IM_MODULE": "fcitx"}, "ibus"),
        ({"QT_IM_MODULE": "fcitx5"}, "ibus"),
        ({"QT_IM_MODULE": "FCITX"}, "ibus"),
        ({"QT_IM_MODULE": "ibus"}, None),
        ({"QT_IM_MODULE": "compose"}, None),
        ({"QT_IM_MODULES": "wayland;fcitx;ibus"}, None),
        ({"WAYLAND_DISPLAY": "wayland-0"}, None),
        ({"WAYLAND_DISPLAY": "wayland-0", "QT_IM_MODULE": "fcitx"}, "ibus"),
    ],
)
def test_module_by_environment(environ: dict[str, str], chosen: str | None, tmp_path: Path) -> None:
    made = choose_input_method(environ, tmp_path, has_ibus=True)
    assert made == ({"QT_IM_MODULE": chosen} if chosen else {})


def test_without_ibus_its_portal_is_asked_which_fcitx_serves(tmp_path: Path) -> None:
    made = choose_input_method({"QT_IM_MODULE": "fcitx"}, tmp_path, has_ibus=False)
    assert made == {"QT_IM_MODULE": "ibus", "IBUS_USE_PORTAL": "1"}
    assert choose_input_method({"QT_IM_MODULE": "ibus"}, tmp_path, has_ibus=False) == {}
    hinted = choose_input_method({"XMODIFIERS": "@im=fcitx"}, tmp_path, has_ibus=False)
    assert hinted == made
    assert choose_input_method({}, tmp_path, has_ibus=False) == {"QT_IM_MODULE": "ibus"}


def test_fcitx_s_own_module_is_used_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "libfcitx5platforminputcontextplugin.so").touch()
    assert choose_input_method({"QT_IM_MODULE": "fcitx"}, tmp_path, has_ibus=False) == {}
