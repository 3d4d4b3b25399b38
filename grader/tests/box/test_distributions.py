"""What the box shows of an environment: wheels, namespaces, editable installs; no secrets."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright_grader.box import BoxError, Limits, Profile, code_paths, markers
from gradewright_grader.box.distributions import allow


class Environment:
    """A folder that looks like site-packages."""

    def __init__(self, folder):
        self.folder = folder

    def install(self, name, files, requires=(), extra=(), record=True):
        info = f"{name.replace('-', '_')}-1.0.dist-info"
        texts = {file: f"name = {file!r}\n" for file in files} | dict(extra)
        lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0"]
        lines += [f"Requires-Dist: {one}" for one in requires]
        texts[f"{info}/METADATA"] = "\n".join(lines) + "\n"
        if record:
            texts[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in texts) + "../../bin/x,,\n"
        for file, text in texts.items():
            path = self.folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def allow(self, *names):
        return allow(names, [str(self.folder)])

    def shown(self, *names):
        return sorted(self.allow(*names).entries)


@pytest.fixture
def env(tmp_path):
    return Environment(tmp_path / "site")


def test_wheel(env):
    env.install("pkg", ["pkg/__init__.py", "pkg/data/x.txt", "single.py", "pkg.libs/libx.so"])
    assert env.shown("pkg") == ["pkg", "pkg-1.0.dist-info", "pkg.libs", "single.py"]
    assert env.allow("pkg").entries["pkg"] == env.folder / "pkg"
    assert env.allow("pkg").versions == {"pkg": "1.0"}


def test_closure_follows_what_applies_here(env):
    env.install("Top_Level", ["top/__init__.py"], ["mid>=1", 'gone; python_version < "3"'])
    env.install("mid", ["mid/__init__.py"], ['leaf; extra == "more"', "not-installed"])
    env.install("leaf", ["leaf/__init__.py"])
    env.install("gone", ["gone/__init__.py"])
    env.install("banned", ["banned/__init__.py"])
    assert sorted(env.allow("top-level").versions) == ["mid", "top-level"]
    assert sorted(env.allow("top.level", "mid[more]").versions) == ["leaf", "mid", "top-level"]


def test_cycle_ends(env):
    env.install("a", ["a.py"], ["b"])
    env.install("b", ["b.py"], ["a"])
    assert sorted(env.allow("a").versions) == ["a", "b"]


def test_namespace_is_shown_in_parts(env):
    env.install("ours", ["shared/ours/__init__.py"])
    env.install("theirs", ["shared/theirs/__init__.py"])
    assert "shared/ours" in env.shown("ours")
    assert not any("theirs" in entry for entry in env.shown("ours"))


def test_pth_files_and_caches_are_not_shown(env):
    env.install("a", ["a/__init__.py", "__pycache__/x.pyc"], extra={"a.pth": "import os\n"})
    assert env.shown("a") == ["a", "a-1.0.dist-info"]


def test_editable_by_path(env, tmp_path):
    for file in ("src/pkg/__init__.py", "src/tool.py", "src/notes.md", "tests/__init__.py"):
        (tmp_path / "repo" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repo" / file).touch()
    env.install("pkg", [], extra={"_pkg.pth": str(tmp_path / "repo" / "src")})
    entries = env.allow("pkg").entries
    assert sorted(entries) == ["pkg", "pkg-1.0.dist-info", "tool.py"]
    assert entries["pkg"] == tmp_path / "repo" / "src" / "pkg"


def test_editable_at_a_projects_root_shows_its_package_only(env, tmp_path):
    for file in ("my_pkg/__init__.py", "tests/__init__.py", "conf.py", "pyproject.toml"):
        (tmp_path / "repo" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repo" / file).touch()
    env.install("my-pkg", [], extra={"_my.pth": str(tmp_path / "repo")})
    assert env.shown("my-pkg") == ["my_pkg", "my_pkg-1.0.dist-info"]
    env.install("other", [], extra={"_other.pth": str(tmp_path / "repo")})
    with pytest.raises(BoxError, match=r"editable install of 'other' points at .*no package named"):
        env.allow("other")


def test_editable_by_finder(env, tmp_path):
    source = tmp_path / "repo" / "pkg"
    source.mkdir(parents=True)
    (tmp_path / "repo" / "one.py").touch()
    mapping = {"pkg": str(source), "one": str(tmp_path / "repo" / "one")}
    env.install(
        "pkg",
        [],
        extra={
            "__editable__.pkg.pth": "import __editable___pkg_finder; x.install()\n",
            "__editable___pkg_finder.py": f"MAPPING: dict[str, str] = {mapping!r}\n",
        },
    )
    assert env.shown("pkg") == ["one.py", "pkg", "pkg-1.0.dist-info"]


def test_without_record(env):
    info = "old-1.0.dist-info"
    env.install("old", ["old.py"], extra={f"{info}/top_level.txt": "old\n"}, record=False)
    assert env.shown("old") == ["old.py"]
    env.install("odd", ["odd.py"], record=False)
    with pytest.raises(BoxError, match=r"'odd' has neither RECORD nor top_level.txt"):
        env.allow("odd")


def test_not_installed(env):
    env.folder.mkdir()
    with pytest.raises(BoxError, match="distribution 'nothing' is allowed but not installed"):
        env.allow("nothing")


def test_topics_and_the_grader_are_refused(env):
    points = "topic-1.0.dist-info/entry_points.txt"
    env.install("topic", ["t.py"], extra={points: "[gradewright.topics]\nt = t\n"})
    env.install("gradewright-grader", ["g.py"])
    env.install("sly", ["s.py"], ["topic"])
    for name in ("topic", "gradewright-grader", "sly"):
        with pytest.raises(BoxError, match="holds solutions or checks and never enters the box"):
            env.allow(name)


def test_code_paths():
    paths = code_paths("gradewright_grader.box", "gradewright_grader.box.wire")
    assert paths["gradewright_grader/box"].is_dir()
    assert paths["gradewright_grader/box/wire.py"].name == "wire.py"
    with pytest.raises(BoxError, match="module 'no_such_module' is not importable here"):
        code_paths("no_such_module")


def test_in_the_box(box, zygote, env, tmp_path):
    """A real wheel and a real editable install of this environment; nothing beside them."""
    payloads = Path(__file__).parent / "payloads"
    profile = Profile(
        imports=("numpy", "gradewright"),
        distributions=("numpy", "gradewright"),
        extra_paths={"payloads": payloads},
    )
    asked = "[__import__('numpy').arange(3).sum().item(), __import__('gradewright').__name__]"
    hidden = """[name for name in ('pandas', 'sklearn', 'pytest', 'gradewright_grader.box.box')
        if __import__('importlib.util').util.find_spec(name.split('.')[0])]"""
    with box.start(profile, zygote.level) as own:
        assert "pluggy" in own.versions or "numpy" in own.versions
        with own.spawn(asked.encode(), "payloads.hogs:answer", Limits(cpu=5)) as child:
            assert json.loads(child.channel.recv(1000)) == [3, "gradewright"]
        with own.spawn(hidden.encode(), "payloads.hogs:answer", Limits(cpu=5)) as child:
            assert json.loads(child.channel.recv(1000)) == []


@pytest.mark.parametrize(
    ("marker", "extras", "expected"),
    [
        ("", "", True),
        ('python_version >= "3.9"', "", True),
        ('python_version < "3.9"', "", False),
        ('sys_platform == "win32" and python_version >= "3"', "", False),
        ("extra == 'Test_Tools'", "test-tools", True),
        ("extra == 'test'", "", False),
        ('(os_name == "nt" or platform_system in "Linux Darwin")', "", True),
        ('platform_machine not in "arm x"', "", True),
        ('python_version ~= "3.7"', "", True),
        ('implementation_name != "pypy"', "", True),
    ],
)
def test_markers(marker, extras, expected):
    assert markers.applies(marker, frozenset(filter(None, [extras]))) is expected


@given(st.lists(st.integers(0, 40), min_size=2, max_size=2), st.integers(0, 40))
def test_versions_are_compared_as_numbers(left, right):
    import sys

    here = list(sys.version_info[:2])
    text = ".".join(map(str, left))
    assert markers.applies(f'python_version >= "{text}"', frozenset()) is (here >= left)


def test_requirement_without_a_name():
    with pytest.raises(ValueError, match="does not start with a distribution's name"):
        markers.parse(">=1.0")


def test_requirement():
    found = markers.parse('Foo.Bar [A, b_c] (>=1.0) ; python_version > "3"')
    assert found == markers.Requirement("foo-bar", frozenset({"a", "b-c"}), 'python_version > "3"')
