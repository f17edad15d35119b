"""The house: who may import whom, what is public, that the siblings are ours, that the wheel works."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("index", "prompts", "qa", "eval")
MAY_IMPORT = {
    "index": {"index"},
    "prompts": {"prompts"},
    "qa": {"qa", "index", "prompts"},
    "eval": {"eval", "qa", "index", "prompts"},
}


def imports_of(path: Path) -> set[str]:
    """Return the dotted names of our own modules that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.split(".")[0] in PACKAGES}


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.stem != "__init__"
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_room_imports_only_from_rooms_below_it(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        strangers = {name for name in imports_of(path) if name.split(".")[0] not in MAY_IMPORT[package]}
        assert not strangers, f"{path.name} imports {strangers}"


def test_imports_between_modules_point_one_way() -> None:
    known = modules()
    graph = {name: imports_of(path) & known.keys() - {name} for name, path in known.items()}
    done: set[str] = set()
    while graph.keys() - done:
        free = {name for name in graph.keys() - done if graph[name] <= done}
        assert free, f"these import one another in a circle: {sorted(graph.keys() - done)}"
        done |= free


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_are_sorted_and_there(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__all__ == sorted(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert getattr(module, name).__doc__, f"{package}.{name} has no docstring"


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'answers'"):
        _ = importlib.import_module("qa").answers


def test_an_intruding_module_is_named(tmp_path: Path) -> None:
    intruder = tmp_path / "prompts.py"
    intruder.write_text("TEXT = 'mine'\n")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-c", "import qa"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert str(intruder) in done.stderr
    assert "rename that file" in done.stderr


def test_an_intruding_module_is_named_to_whoever_imports_a_module_of_eval_too(tmp_path: Path) -> None:
    intruder = tmp_path / "index.py"
    intruder.write_text("TEXT = 'mine'\n")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    for code in ("from eval.cases import Case", "import eval"):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert f"Dateline needs its own package 'index', but {intruder} was found in its place" in done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which the built wheel was unpacked, without its dependencies."""
    built, unpacked = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("unpacked")
    code = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"
    source = tmp_path_factory.mktemp("source") / "tree"
    subprocess.run(["git", "-C", str(ROOT), "worktree", "prune"], check=False, capture_output=True)
    _copy_tree(ROOT, source)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(built)], cwd=source, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    import zipfile

    (file,) = built.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(unpacked)
    return unpacked


def _copy_tree(source: Path, target: Path) -> None:
    import shutil

    target.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(source / name, target / name)
    for package in PACKAGES:
        shutil.copytree(source / package, target / package, ignore=shutil.ignore_patterns("__pycache__"))


def test_the_wheel_holds_the_packages_their_data_and_no_tests(wheel: Path) -> None:
    for package in PACKAGES:
        assert (wheel / package / "py.typed").exists()
    assert (wheel / "index" / "weights" / "static" / "model.safetensors").exists()
    assert (wheel / "index" / "weights" / "ranking.json").exists()
    assert (wheel / "index" / "weights" / "cross" / "questions.onnx").exists()
    assert (wheel / "qa" / "differing.json").exists()
    assert (wheel / "prompts" / "abstain.md").exists()
    assert list((wheel / "qa" / "samples").glob("palmyra*"))
    assert (wheel / "eval" / "floors.json").exists()
    assert (wheel / "eval" / "data" / "report.html").exists()
    for kind in ("static/*.css", "static/*.js", "templates/*.html"):
        assert len(list((wheel / "qa" / "page").glob(kind))) == len(list((ROOT / "qa" / "page").glob(kind))) > 0
    assert not (wheel / "tests").exists()


def test_the_wheel_answers_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import qa, sys\nprint(qa.__file__)\nfrom qa.cli import main\nsys.argv[1:] = ['demo']\nmain()\n")
    done = subprocess.run(
        [sys.executable, "-P", str(script)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert str(wheel) in done.stdout.splitlines()[0]
    assert "14 August 2018: “" in done.stdout
