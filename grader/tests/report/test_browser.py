"""A hostile page in a real browser: nothing runs, nothing is asked for, nothing is logged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from gradewright_grader.report import GradedPage, write_report

from . import building as b
from .hostile import HOSTILE

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
CANARY = "canary.invalid"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield opened
        opened.close()


def hostile_page() -> GradedPage:
    cells = [b.text(source) for source in HOSTILE]
    cells += [b.code(source, b.shown(text_html=source)) for source in HOSTILE]
    cells += [
        b.code("x", b.shown(**{"image_svg+xml": f"<svg><image href='http://{CANARY}/a'/></svg>"})),
        b.code("x", b.shown(application_javascript="alert(1)")),
    ]
    return GradedPage(b.record("<img src=x onerror=alert(1)>"), b.notebook(*cells))


def visited(browser: Any, address: str) -> tuple[dict[str, str], list[str]]:
    """What a page asked for (and why it did not get it), and what it said or tried to run."""
    page = browser.new_page()
    asked: dict[str, str] = {}
    said: list[str] = []
    page.on("request", lambda request: asked.setdefault(request.url, ""))
    page.on("requestfailed", lambda request: asked.update({request.url: request.failure or ""}))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.goto(address, wait_until="load")
    said += page.evaluate("[...document.querySelectorAll('main script, [onerror]')].map(String)")
    page.close()
    return {url: why for url, why in asked.items() if not url.startswith("data:")}, said


def test_a_hostile_page_is_inert_in_a_browser(browser: Any, tmp_path: Path) -> None:
    index = write_report(tmp_path, [hostile_page()], [b.INFO])
    for path in (index, *sorted((tmp_path / "students").iterdir())):
        asked, said = visited(browser, path.as_uri())
        assert asked == {path.as_uri(): ""}
        assert said == []


def test_the_policy_holds_even_if_something_slipped_through(browser: Any, tmp_path: Path) -> None:
    index = write_report(tmp_path, [b.page()], [b.INFO])
    slipped = f"<script>alert(1)</script><img src='http://{CANARY}/x' onerror='alert(2)'>"
    text = index.read_text(encoding="utf-8").replace("</main>", f"{slipped}</main>")
    index.write_text(text, encoding="utf-8")
    asked, said = visited(browser, index.as_uri())
    assert asked == {index.as_uri(): "", f"http://{CANARY}/x": "csp"}
    assert any("inline script" in line for line in said)
    assert not {"1", "2"} & set(said)


def test_no_page_is_wider_than_a_telephone(browser: Any, tmp_path: Path) -> None:
    pages = [b.page(student=f"student-with-a-long-name-{i}") for i in range(3)]
    index = write_report(tmp_path, pages, [b.INFO])
    view = browser.new_page(viewport={"width": 360, "height": 800})
    for path in (index, *sorted((tmp_path / "students").iterdir())):
        view.goto(path.as_uri())
        assert view.evaluate("document.documentElement.scrollWidth") <= 360
    view.close()
