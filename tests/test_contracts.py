"""What holds for the code as a whole: its rooms, the ways that are forbidden, its dependencies and a light start."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

ROOT = Path(__file__).parent.parent
ROOMS = ("gui", "services", "models", "resources")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_imports_go_from_gui_to_services_to_models() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_folder_of_python_is_a_package() -> None:
    folders = {file.parent for room in (*ROOMS, "tests") for file in (ROOT / room).rglob("*.py")}
    assert not [str(folder) for folder in folders if not (folder / "__init__.py").exists()]
    assert not (ROOT / "packaging/__init__.py").exists(), "it would shadow the library of that name"


@pytest.mark.parametrize("package", ["docker", "kubernetes", "pyqtgraph", "numpy"])
def test_the_window_starts_without(package: str, loaded_at_start: set[str]) -> None:
    assert package not in loaded_at_start


@pytest.fixture(scope="module")
def loaded_at_start() -> set[str]:
    """The top-level modules in memory once everything that the first window needs is imported."""
    code = "import gui.app, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    return set(subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split())


# What must not be written, as `ways` names it, and why.
FORBIDDEN = {
    "shell=True": "names from outside would be run as commands",
    "yaml.load()": "it builds whatever Python object the text asks for: safe_load or a CSafeLoader's compose",
    "extractall()": "an archive from outside may name paths outside its folder",
    "kubernetes.watch": "it ends silently on 410 and reconnects without a pause",
    "kubernetes.stream": "it swaps a method of the client that other threads are using",
    "processEvents()": "it re-enters the window's code in the middle of a function",
    "QSortFilterProxyModel": "2 to 19 s per update of 10,000 sorted rows",
    "f-string in tr()": "the text that is looked up never stands in a translation",
}
EXAMPLES = {
    "shell=True": "run('ls', shell=True)",
    "yaml.load()": "import yaml\nyaml.load(text)",
    "extractall()": "tarfile.open(name).extractall('.')",
    "kubernetes.watch": "from kubernetes import watch",
    "kubernetes.stream": "import kubernetes.stream",
    "processEvents()": "QApplication.processEvents()",
    "QSortFilterProxyModel": "from PySide6.QtCore import QSortFilterProxyModel",
    "f-string in tr()": "self.tr(f'{count} containers')",
}


@pytest.mark.parametrize("way", FORBIDDEN)
def test_nobody_goes_a_forbidden_way(way: str) -> None:
    found = [place for found_way, place in ways_of_the_project() if found_way == way]
    assert not found, FORBIDDEN[way]


@pytest.mark.parametrize("way", FORBIDDEN)
def test_a_forbidden_way_is_recognised(way: str) -> None:
    assert [found for node in ast.walk(ast.parse(EXAMPLES[way])) for found in ways(node)] == [way]


def test_what_only_looks_forbidden_is_let_through() -> None:
    harmless = ("# no QSortFilterProxyModel", "run('ls', shell=False)", "Probe(shell=True)", "yaml.safe_load(text)")
    code = "\n".join((*harmless, "self.tr('%1 containers')"))
    assert not [way for node in ast.walk(ast.parse(code)) for way in ways(node)]


@cache
def ways_of_the_project() -> list[tuple[str, str]]:
    """Every forbidden way in the rooms, with its file and line."""
    return [
        (way, f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
        for file in files_of_the_rooms()
        for node in ast.walk(ast.parse(file.read_text()))
        for way in ways(node)
    ]


STARTERS = ("run", "Popen", "call", "check_call", "check_output")


def _through_a_shell(call: ast.Call) -> bool:
    values = [keyword.value for keyword in call.keywords if keyword.arg == "shell"]
    return any(not (isinstance(value, ast.Constant) and value.value is False) for value in values)


def ways(node: ast.AST) -> Iterator[str]:
    """The forbidden ways that this one node goes."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in STARTERS and _through_a_shell(node):
            yield "shell=True"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="yaml"), attr="load" | "load_all" | "unsafe_load")):
            yield "yaml.load()"
        case ast.Call(func=ast.Attribute(attr="extractall")):
            yield "extractall()"
        case ast.Call(func=ast.Attribute(attr="processEvents")):
            yield "processEvents()"
        case ast.Call(func=ast.Attribute(attr="tr"), args=args) if any(isinstance(arg, ast.JoinedStr) for arg in args):
            yield "f-string in tr()"
        case ast.Import(names=names):
            yield from (name.name for name in names if name.name in FORBIDDEN)
        case ast.ImportFrom(module=str(module), names=names):
            paths = {module} | {f"{module}.{name.name}" for name in names} | {name.name for name in names}
            yield from paths & FORBIDDEN.keys()
        case ast.Attribute(attr="QSortFilterProxyModel"):
            yield "QSortFilterProxyModel"


def test_every_import_from_outside_is_a_declared_dependency() -> None:
    declared = {_normal(name) for name in dependencies()} | {"shiboken6"}  # PySide6's other half, which it pins itself
    distributions = packages_distributions()
    missing = {
        f"{file.relative_to(ROOT)}: {name}"
        for file, name in imports_from_outside()
        if not declared & {_normal(distribution) for distribution in distributions.get(name, ["?"])}
    }
    assert not missing


def imports_from_outside() -> Iterator[tuple[Path, str]]:
    """Each top-level module that the rooms import and that is neither Python's nor ours."""
    for file in files_of_the_rooms():
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - set(ROOMS) - sys.stdlib_module_names:
                yield file, name


def files_of_the_rooms() -> list[Path]:
    """The Python files that the wheel will hold."""
    return [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]


def dependencies() -> list[str]:
    """The names of the packages that Pilothouse declares to need."""
    return [re.split(r"[^\w.-]", line)[0] for line in PROJECT["dependencies"]]


@pytest.mark.parametrize("name", dependencies())
def test_a_dependency_is_locked_and_justified(name: str) -> None:
    assert f"\n{_normal(name)}==" in (ROOT / "requirements/run.txt").read_text(), "make lock"
    assert f"| {name} |" in (ROOT / "docs/dependencies.md").read_text()


@pytest.mark.parametrize("lock", ["uv", "run", "dev"])
def test_a_lock_file_holds_digests_and_names_no_registry(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    assert not re.findall(r"://|--index|--extra-index|--find-links|--trusted", text)
    pinned = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]
    assert pinned
    assert not [entry for entry in pinned if "==" not in entry or "--hash=sha256:" not in entry]


def test_the_development_lock_agrees_with_the_application_lock() -> None:
    assert pins("run") <= pins("dev")


def pins(lock: str) -> set[str]:
    """What a lock file pins, as `name==version`."""
    return set(re.findall(r"^\S+==\S+", (ROOT / f"requirements/{lock}.txt").read_text(), re.MULTILINE))


def test_the_installed_pyside_loses_no_reference() -> None:
    """PySide6 6.12.0 loses one to None at each such call, and Python 3.11 dies of it."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1_000):
        thing.setObjectName("")
    assert abs(sys.getrefcount(None) - before) <= 100


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
