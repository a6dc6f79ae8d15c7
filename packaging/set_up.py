#!/usr/bin/env python3
"""Makes `.venv` with the locked dependencies, or says in one line what the machine lacks.

Called by make as `python3 packaging/set_up.py run|dev`. Python 3.6 can read this file, so that too old a Python is
answered with a sentence and not with a traceback.
"""

import ctypes
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

OLDEST, NEWEST = 11, 14  # of Python 3
ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "requirements"

# What Qt's wheel needs of the system, beside what each of these packages brings itself.
DEBIAN_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
CERTIFICATES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")  # where alone a company's own authority is known
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGE = "fonts-dejavu-core"

TOO_OLD = """\
Pilothouse needs Python 3.11 or newer. This is Python %d.%d, and apt offers no newer one here. Debian 12, Ubuntu 24.04
and later releases have one; any python3.11 to python3.14 on PATH will do as well."""

PROBE = """
import sys
try:
    import ensurepip, venv
    print(sys.version_info[1], 1)
except ImportError:
    print(sys.version_info[1], 0)
"""


def main(lock_name):
    """Bring `.venv` to the state of requirements/<lock_name>.txt; an exit status, with the reason on standard error."""
    lock = LOCKS / (lock_name + ".txt")
    stamp = VENV / (lock_name + ".stamp")
    if stamp.is_file() and stamp.read_text() == state_of(lock):
        return 0
    python = prepared_python()
    if python is None:
        return 1
    if not state_of(lock):
        subprocess.check_call([python, "-m", "venv", "--clear", str(VENV)])
    pip_install(lock)
    stamp.write_text(state_of(lock))
    return 0


def state_of(lock):
    """A digest of the lock file and of the Python in `.venv`; empty where that one does not start or lost its pip."""
    command = [str(VENV / "bin/python"), "-c", "import pip, sys; print(sys.version)"]
    try:
        version = subprocess.check_output(command, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return hashlib.sha256(lock.read_bytes() + version).hexdigest()


def pip_install(lock):
    """Install exactly what the lock file names, into `.venv`, by the uv that a lock file of its own names."""
    python, uv = str(VENV / "bin/python"), str(VENV / "bin/uv")
    checked = ["--require-hashes", "--requirement"]
    quietly = ["--quiet", "--disable-pip-version-check"]
    trusting = ["--system-certs"] if CERTIFICATES.is_file() else []
    subprocess.check_call([python, "-m", "pip", "install", *quietly, *checked, str(LOCKS / "uv.txt")])
    subprocess.check_call([uv, "pip", "install", *trusting, "--python", python, *checked, str(lock)])


def prepared_python():
    """The Python to use, once the system has all that is needed; None where it has not, with the reason printed."""
    for _ in range(3):  # on a new machine apt knows of a newer Python only after its first update
        python, missing = find_python()
        if python is None and not missing:
            complain(TOO_OLD % sys.version_info[:2])
            return None
        missing = missing + missing_libraries() + missing_fonts()
        if not missing:
            return python
        if not install_system_packages(missing):
            return None
    complain("Still missing after installing: " + " ".join(missing))
    return None


def find_python():
    """The first Python that is new enough, and the packages that it (or its absence) asks for."""
    without_pip = None, []
    names = [sys.executable] + ["python3.%d" % minor for minor in range(NEWEST, OLDEST - 1, -1)]
    for name in names:
        minor, has_pip = probe(name)
        if minor >= OLDEST and has_pip:
            return name, []
        if minor >= OLDEST and without_pip[0] is None:
            without_pip = name, ["python3.%d-venv" % minor]
    return without_pip if without_pip[0] else (None, python_packages())


def probe(python):
    """The minor version of this Python 3 and whether it can make virtual environments; (0, False) if it fails."""
    try:
        answer = subprocess.check_output([python, "-c", PROBE], stderr=subprocess.DEVNULL).split()
    except (OSError, subprocess.CalledProcessError):
        return 0, False
    return int(answer[0]), answer[1] == b"1"


def python_packages():
    """The newest Python that apt offers, if it is new enough; Debian's own where apt has no lists yet."""
    for minor in range(NEWEST, OLDEST - 1, -1):
        if apt_offers("python3.%d-venv" % minor):
            return ["python3.%d-venv" % minor]
    return [] if apt_offers("python3-venv") else ["python3-venv"]


def apt_offers(package):
    """Whether apt's lists have this package."""
    command = ["apt-cache", "show", package]
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def missing_libraries():
    """The Debian packages of the libraries that Qt needs and the loader does not find."""
    return [package for library, package in DEBIAN_LIBRARIES.items() if on_linux() and not loads(library)]


def loads(library):
    """Whether the dynamic loader finds this library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_fonts():
    """A font package where the machine has no font at all: Qt would draw empty boxes."""
    folders = [os.path.expanduser(folder) for folder in FONT_FOLDERS]  # Path's own raises without a home
    files = (name for folder in folders for _, _, names in os.walk(folder) for name in names)
    fonts = (name for name in files if name.endswith((".ttf", ".otf", ".ttc", ".pfb")))
    return [FONT_PACKAGE] if on_linux() and next(fonts, None) is None else []


def on_linux():
    """Whether Qt here is the Linux build, which leaves these to the system."""
    return sys.platform.startswith("linux")


def install_system_packages(packages):
    """As root, print the apt-get line and run it; else print it only. Whether it ran and succeeded."""
    if not shutil.which("apt-get"):
        complain(
            "Pilothouse needs Python 3.%d or newer with venv and pip, the libraries of Qt and a font.\n"
            "Debian calls what is missing here: %s" % (OLDEST, " ".join(packages))
        )
        return False
    line = "apt-get update && apt-get install -y --no-install-recommends " + " ".join(packages)
    if os.geteuid() != 0:
        sudo = "sudo " if shutil.which("sudo") else ""
        who = "" if sudo else " as root"
        complain(
            "Some system packages are missing. Run this%s, then make again:\n\n    %s\n"
            % (who, line.replace("apt-get", sudo + "apt-get"))
        )
        return False
    print(line, flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    commands = [part.split() for part in line.split(" && ")]
    if all(subprocess.call(command, env=environment) == 0 for command in commands):
        return True
    complain("apt-get failed: see above.")
    return False


def complain(sentence):
    """Print to standard error; the exit status to end with."""
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "dev"):
        sys.exit("usage: set_up.py run|dev")
    try:
        sys.exit(main(sys.argv[1]))
    except subprocess.CalledProcessError as failure:
        sys.exit("This failed, see above: " + " ".join(failure.cmd))
