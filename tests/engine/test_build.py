"""Building Docker 29: what is there is found again, what is half there is not taken, and a missing Go is named."""

from pathlib import Path

import pytest

from tests.world import build


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and no Go on PATH."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return build.world_bin()


def test_what_is_built_is_not_built_again(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in build.BINARIES:
        (folder / name).touch()
    assert build.build() == folder


def test_a_changed_pin_is_another_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "PINS", (*build.PINS, "v2"))
    assert build.world_bin() != folder


def test_half_a_build_is_not_taken_and_a_missing_go_is_named(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "dockerd").touch()
    with pytest.raises(build.CannotBuild, match=r"Go 1\.26 or newer is not installed"):
        build.build()


@pytest.mark.parametrize(
    ("found", "enough"), [("go1.25.9", False), ("go1.26rc1", True), ("go1.26.8", True), ("go2.0", True)]
)
def test_an_old_go_is_named_with_its_version(folder: Path, tmp_path: Path, found: str, enough: bool) -> None:
    (tmp_path / "bin").mkdir()
    go = tmp_path / "bin" / "go"
    go.write_text(f"#!/bin/sh\necho {found}\n")
    go.chmod(0o755)
    if enough:
        assert build.go_command() == str(go)
    else:
        with pytest.raises(build.CannotBuild, match=f"{found} is installed"):
            build.go_command()
