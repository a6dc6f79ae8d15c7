"""The one image of the tests, made from Debian's busybox-static: nothing can be pulled."""

import io
import subprocess
import tarfile
from pathlib import Path

IMAGE = "busybox:local"
BUSYBOX = Path("/usr/bin/busybox")
USERS = b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
GROUPS = b"root:x:0:\nnogroup:x:65534:\n"


def busybox_root() -> bytes:
    """A root file system as tar: busybox, its applets as links, users and /tmp."""
    applets = subprocess.run((BUSYBOX, "--list"), capture_output=True, text=True, check=True).stdout.split()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        add_file(archive, "bin/busybox", BUSYBOX.read_bytes(), 0o755)
        add_file(archive, "etc/passwd", USERS, 0o644)
        add_file(archive, "etc/group", GROUPS, 0o644)
        for applet in applets:
            if applet != "busybox":
                link = tarfile.TarInfo(f"bin/{applet}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                archive.addfile(link)
        for name, mode in (("tmp", 0o1777), ("root", 0o700)):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, mode
            archive.addfile(folder)
    return buffer.getvalue()


def add_file(archive: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    """Add one file to a tar archive."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    archive.addfile(member, io.BytesIO(content))
