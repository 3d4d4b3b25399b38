"""Discovering topics: installed, by folder, broken, twice."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from gradewright.host.errors import TopicError, UsageError
from gradewright.host.manager import Host

from .building import write_topic
from .installing import Site

_numbers = itertools.count()
HEAD = "from gradewright.api import TopicFolder, hookimpl\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.chdir(tmp_path)
    return Site(folder)


def fresh_module() -> str:
    """A name that no other test has imported."""
    return f"installed_topic_{next(_numbers)}"


def test_gradewright_topic(site: Site) -> None:
    module = fresh_module()
    write_topic(site.folder / module)
    (listing,) = Host.discover(entry_points=site.topic("a-toy", "toy", module)).listings()
    assert (listing.id, listing.version, listing.ok) == ("toy", "1.2", True)
    assert (listing.error, listing.owner, listing.names) == (None, "a-toy 1.2", ("toy1",))
    assert listing.topic is not None
    assert listing.topic.version == listing.topic.assignments[0].topic_version == "1.2"


def test_gradewright_topic_that_returns_none_is_listed_nowhere(site: Site) -> None:
    module = fresh_module()
    (site.folder / f"{module}.py").write_text(f"{HEAD}@hookimpl\ndef gradewright_topic(): ...\n")
    assert Host.discover(entry_points=site.topic("none", "toy", module)).listings() == []


BROKEN = {
    "import": ("import nowhere_at_all\n", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
    "exit": ("raise SystemExit(3)\n", "SystemExit: 3"),
    "lines": ("raise ValueError('a\\n  b')\n", "ValueError: a b"),
    "in_hook": (
        f"{HEAD}@hookimpl\ndef gradewright_topic(): raise RuntimeError('no disk')\n",
        "RuntimeError: no disk",
    ),
    "no_hook": (
        "",
        "it implements no hook; write @hookimpl def gradewright_topic() in its module",
    ),
    "other_type": (
        f"{HEAD}@hookimpl\ndef gradewright_topic(): return 'here'\n",
        "gradewright_topic returned str; return a TopicFolder, or None",
    ),
    "no_file": (
        f"{HEAD}@hookimpl\ndef gradewright_topic(): return TopicFolder(__file__[:-3])\n",
        'site/{module}: there is no file "topic.toml" here; write it as docs/topic-format.md shows',
    ),
    "misspelt_hook": (
        f"{HEAD}@hookimpl\ndef gradewright_topci(): return None\n",
        "unknown hook 'gradewright_topci' in plugin <module '{module}' from "
        "'{site}/{module}.py'>; our hook is gradewright_topic() without arguments: correct it",
    ),
    "hook_with_argument": (
        f"{HEAD}@hookimpl\ndef gradewright_topic(language): return None\n",
        "Plugin '{module}' for hook 'gradewright_topic' hookimpl definition: "
        "gradewright_topic(language) Argument(s) {{'language'}} are declared in the hookimpl but "
        "can not be found in the hookspec; our hook is gradewright_topic() without arguments: "
        "correct it",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_topic_is_listed_and_the_others_work(site: Site, name: str) -> None:
    source, error = BROKEN[name]
    bad, good = fresh_module(), fresh_module()
    (site.folder / f"{bad}.py").write_text(source)
    write_topic(site.folder / good)
    points = [*site.topic("bad", "bad", bad), *site.topic("good", "toy", good)]
    working, broken = Host.discover(entry_points=points).listings()
    assert (working.id, working.ok) == ("toy", True)
    assert (broken.id, broken.ok, broken.owner) == ("bad", False, "bad 1.2")
    assert broken.error == error.format(module=bad, site=site.folder)


def test_topic_with_a_defect_is_listed_with_its_place(site: Site) -> None:
    module = fresh_module()
    write_topic(site.folder / module).edit("topic.toml", "order = 10", "order = true")
    host = Host.discover(entry_points=site.topic("a-toy", "toy", module))
    (listing,) = host.listings()
    place = f"site/{module}/topic.toml:5: "
    assert listing.error == f"{place}order is true: expected `int`, got `bool`; correct this value"
    for ask in (lambda: host.topic("toy"), lambda: host.assignment("toy1")):
        with pytest.raises(TopicError) as raised:
            ask()
        assert str(raised.value) == f'topic "toy" (a-toy 1.2) is broken: {listing.error}'


def test_topic_under_another_name_than_its_entry_point(site: Site) -> None:
    module = fresh_module()
    write_topic(site.folder / module)
    (listing,) = Host.discover(entry_points=site.topic("a-toy", "toys", module)).listings()
    assert listing.error is not None
    assert 'the entry point is named "toys"' in listing.error


def test_order_is_by_order_then_id(site: Site) -> None:
    points = []
    for id, order in (("late", 20), ("beta", 10), ("alpha", 10)):
        module = fresh_module()
        topic = write_topic(site.folder / module)
        topic.edit("topic.toml", 'id = "toy"', f'id = "{id}"')
        topic.edit("topic.toml", "order = 10", f"order = {order}")
        points += site.topic(f"a-{id}", id, module)
    host = Host.discover(entry_points=points)
    assert [topic.id for topic in host.topics()] == ["alpha", "beta", "late"]


def test_two_distributions_with_one_id_are_refused_by_name(site: Site) -> None:
    first, second = fresh_module(), fresh_module()
    write_topic(site.folder / first)
    write_topic(site.folder / second)
    points = [*site.topic("b-toy", "toy", first), *site.topic("a-toy", "toy", second)]
    (listing,) = Host.discover(entry_points=points).listings()
    assert listing.error == (
        'the id "toy" is taken twice, by a-toy 1.2 and by b-toy 1.2; uninstall one of them'
    )


def test_folder_and_installed_topic_of_one_id_are_refused(site: Site, tmp_path: Path) -> None:
    module = fresh_module()
    write_topic(site.folder / module)
    points = site.topic("a-toy", "toy", module)
    other = write_topic(tmp_path / "mine").folder
    with pytest.raises(UsageError) as raised:
        Host.discover([other], points)
    assert str(raised.value) == (
        f'the id "toy" is taken twice, by a-toy 1.2 and by {other}; uninstall the first, or leave '
        "out this --topic"
    )


def test_folder_of_the_installed_topic_itself_is_no_double(site: Site) -> None:
    module = fresh_module()
    folder = write_topic(site.folder / module).folder
    (listing,) = Host.discover([folder], site.topic("a-toy", "toy", module)).listings()
    assert (listing.ok, listing.version) == (True, "1.2")


def test_folder_of_an_installed_topic_that_cannot_be_imported(site: Site) -> None:
    module = fresh_module()
    topic = write_topic(site.folder / module)
    topic.write("__init__.py", "import nowhere_at_all\n")
    (listing,) = Host.discover([topic.folder], site.topic("a-toy", "toy", module)).listings()
    assert (listing.ok, listing.names) == (False, ("toy1",))


def test_entry_point_of_a_package_that_is_not_there(site: Site) -> None:
    points = site.topic("gone", "toy", "nowhere_at_all.below")
    (listing,) = Host.discover(entry_points=points).listings()
    assert listing.error == "ModuleNotFoundError: No module named 'nowhere_at_all'"


def test_topic_from_a_folder(tmp_path: Path) -> None:
    folder = write_topic(tmp_path / "mine").folder
    host = Host.discover([folder, folder], entry_points=())
    (listing,) = host.listings()
    assert (listing.id, listing.version, listing.owner) == ("toy", "0", str(folder))
    assert host.topic_dirs == (folder, folder)
    assert (
        host.assignment("toy1") is host.assignment("toy/toy1") is host.topic("toy").assignments[0]
    )


def test_broken_folder_keeps_the_id_that_its_file_tells(tmp_path: Path) -> None:
    topic = write_topic(tmp_path / "mine")
    topic.edit("topic.toml", "order = 10\n", "")
    (listing,) = Host.discover([topic.folder], ()).listings()
    assert (listing.id, listing.ok) == ("toy", False)
    topic.write("topic.toml", "id = ")
    (listing,) = Host.discover([topic.folder], ()).listings()
    assert (listing.id, listing.ok) == ("mine", False)


def test_unknown_ids_name_what_is_near(tmp_path: Path) -> None:
    host = Host.discover([write_topic(tmp_path / "mine").folder], ())
    for ask, message in (
        (lambda: host.topic("tyo"), 'unknown topic "tyo": did you mean "toy"?'),
        (lambda: host.topic("xxx"), 'unknown topic "xxx": there are "toy"'),
        (lambda: host.assignment("toy2"), 'unknown assignment "toy2": did you mean "toy1"?'),
        (
            lambda: host.assignment("toy/toy2"),
            'unknown assignment "toy2" in topic "toy": did you mean "toy1"?',
        ),
    ):
        with pytest.raises(UsageError) as raised:
            ask()
        assert str(raised.value) == message


def test_assignment_of_two_topics_is_named_with_its_topic(tmp_path: Path) -> None:
    first, second = write_topic(tmp_path / "a"), write_topic(tmp_path / "b")
    second.edit("topic.toml", 'id = "toy"', 'id = "other"')
    host = Host.discover([first.folder, second.folder], ())
    with pytest.raises(UsageError) as raised:
        host.assignment("toy1")
    assert str(raised.value) == (
        '"toy1" is an assignment of several topics; write "other/toy1" or "toy/toy1"'
    )
    assert host.assignment("other/toy1").topic_id == "other"


def test_nothing_of_a_topic_runs_but_its_entry_point(site: Site) -> None:
    module = fresh_module()
    topic = write_topic(site.folder / module)
    for name in ("reference/__init__.py", "assignments/toy1/misconceptions.py"):
        source = (topic.folder / name).read_text()
        topic.write(name, source + "\nraise AssertionError('this must not run')\n")
    topic.edit("assignments/toy1/checks/q1.py", "import math", "import math\n1 / 0")
    (listing,) = Host.discover(entry_points=site.topic("a-toy", "toy", module)).listings()
    assert listing.ok
