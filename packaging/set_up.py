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
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGE = "fonts-dejavu-core"

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
    python, missing = what_is_missing()
    if missing:
        if not install_system_packages(missing):
            return 1
        python, missing = what_is_missing()
    if python is None or missing:
        return complain("Still missing after installing: " + " ".join(missing or ["Python 3.%d" % OLDEST]))
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
    python = str(VENV / "bin/python")
    checked = ["--require-hashes", "--requirement"]
    quietly = ["--quiet", "--disable-pip-version-check"]
    subprocess.check_call([python, "-m", "pip", "install", *quietly, *checked, str(LOCKS / "uv.txt")])
    subprocess.check_call([str(VENV / "bin/uv"), "pip", "install", "--python", python, *checked, str(lock)])


def what_is_missing():
    """The Python to use, or None, and the Debian packages to install first."""
    python, missing = find_python()
    return python, missing + missing_libraries() + missing_fonts()


def find_python():
    """The first Python that is new enough, and the packages that it (or its absence) asks for."""
    without_pip = None
    names = [sys.executable] + ["python3.%d" % minor for minor in range(NEWEST, OLDEST - 1, -1)]
    for name in names:
        minor, has_pip = probe(name)
        if minor >= OLDEST and has_pip:
            return name, []
        if minor >= OLDEST and without_pip is None:
            without_pip = (name, ["python3.%d-venv" % minor])
    return without_pip or (None, [newest_python_package()])


def probe(python):
    """The minor version of this Python 3 and whether it can make virtual environments; (0, False) if it fails."""
    try:
        answer = subprocess.check_output([python, "-c", PROBE], stderr=subprocess.DEVNULL).split()
    except (OSError, subprocess.CalledProcessError):
        return 0, False
    return int(answer[0]), answer[1] == b"1"


def newest_python_package():
    """The newest Python that apt offers and that is new enough; else the oldest that would do, for the message."""
    for minor in range(NEWEST, OLDEST - 1, -1):
        package = "python3.%d-venv" % minor
        if shutil.which("apt-cache") and succeeds(["apt-cache", "show", package]):
            return package
    return "python3.%d-venv" % OLDEST


def succeeds(command):
    """Whether the command ends with status 0; its output is dropped."""
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


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
    folders = [pathlib.Path(folder).expanduser() for folder in FONT_FOLDERS]
    fonts = (font for folder in folders for kind in ("ttf", "otf", "ttc") for font in folder.glob("**/*." + kind))
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
