"""Files are whole or not there."""

from __future__ import annotations

from services.cancel import CancelScope
from services.files import write_parts


def test_what_is_cancelled_leaves_the_old_file_and_no_part(tmp_path):
    path = tmp_path / "web.log"
    path.write_bytes(b"old")
    scope = CancelScope()

    def parts():
        yield b"new "
        scope.cancel()
        yield b"half"

    assert not write_parts(path, parts(), scope)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["web.log"]


def test_parts_are_one_file(tmp_path):
    assert write_parts(tmp_path / "web.log", (b"a\n", b"b\n"), CancelScope())
    assert (tmp_path / "web.log").read_bytes() == b"a\nb\n"
