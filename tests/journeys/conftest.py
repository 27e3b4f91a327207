"""Fixtures for journeys: the real program with the example foundation, a browser, and axe."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import browser as chromium
from tests import live as program
from tests.ports import find_port

OUTPUT = Path(__file__).parent.parent / "output"
WIDE = {"width": 1280, "height": 800}
SECONDS_TO_FIND = 5
# The browser reports every 4xx answer as an error; whether one was right is the journey's business.
EXPECTED_ERRORS = "Failed to load resource"


@pytest.fixture(scope="session")
def example_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the example foundation; `live` works on a copy of it."""
    folder = tmp_path_factory.mktemp("example")
    file = folder / "example.sqlite3"
    environment = program.environment_for(file, folder / "home", find_port())
    program.run_flask(environment, "prepare")
    return file


@pytest.fixture(scope="session")
def served(example_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[program.Live]:
    """Serve the program once in a run of this worker."""
    folder = tmp_path_factory.mktemp("served")
    file = folder / "live.sqlite3"
    shutil.copyfile(example_file, file)
    started = program.start(file, folder)
    yield started
    started.stop()


@pytest.fixture
def live(served: program.Live, example_file: Path) -> program.Live:
    """Serve a fresh example foundation: `live.url`, `live.sign_in_link()`."""
    served.put(example_file)
    return served


@pytest.fixture
def put_back(live: program.Live, tmp_path: Path) -> Iterator[None]:
    """Put the rows back that a test changes among tests that share theirs."""
    live.keep(tmp_path / "before.sqlite3")
    yield
    live.put(tmp_path / "before.sqlite3")


@pytest.fixture(scope="session")
def window() -> Iterator[Browser]:
    """Open the browser once in a run."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium.get_chromium(), args=chromium.ARGUMENTS
        )
        yield opened
        opened.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(
    window: Browser, live: program.Live, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Open pages with settings of one's own: `open_page(java_script_enabled=False)`.

    Each page is somebody else's browser: nothing is shared, nobody is signed in. What the
    browser complains about (a script's error, a refusal of the security policy) fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(**settings: Any) -> Page:
        standard = {"viewport": WIDE, "base_url": live.url, "reduced_motion": "reduce"}
        context = window.new_context(**(standard | settings))
        context.set_default_timeout(SECONDS_TO_FIND * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and EXPECTED_ERRORS not in said.text
                else None
            ),
        )
        return page

    yield opened
    _keep_pictures(contexts, request)
    for context in contexts:
        context.close()
    assert complaints == [], "the browser complained"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Return a page of 1280 x 800 that nobody is signed in on."""
    return open_page()


@pytest.fixture
def staff_page(page: Page, live: program.Live) -> Page:
    """Return a page that the example's staff has signed in on with a personal link."""
    page.goto(live.sign_in_link())
    page.locator("main form button").first.click()
    return page


Axe = Callable[[Page], None]


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Return a check for accessibility: `axe(page)` fails with what axe-core finds on it.

    It needs a page with scripts on: axe waits for timers.
    """
    spec = find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None
    script = Path(spec.origin).with_name("axe.min.js").read_text()

    def check(page: Page) -> None:
        if page.evaluate("typeof axe") == "undefined":  # once for a document
            page.evaluate(script)
        # The violations alone: what passed is ten times as much to carry over.
        found = page.evaluate(
            "axe.run({resultTypes: ['violations']}).then(result => result.violations)"
        )
        lines = [
            f"{violation['id']}: {violation['help']}\n"
            + "\n".join(f"    {node['html'][:200]}" for node in violation["nodes"][:5])
            for violation in found
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check


def press(page: Page, key: str) -> None:
    """Press a key when the page's script listens: words are there before their script is."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def fits(page: Page, axe: Axe, widths: Sequence[int] = (320, 1280)) -> None:
    """The page fits a phone and a desk, and axe finds nothing against it."""
    page.wait_for_load_state()  # its words may be there before its stylesheet
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width, f"{page.url} is {across} pixels wide"
        axe(page)


def _keep_pictures(contexts: list[BrowserContext], request: pytest.FixtureRequest) -> None:
    """Keep what was on the screen when a journey failed."""
    if not request.node.stash.get(FAILED, False):
        return
    OUTPUT.mkdir(exist_ok=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, 1):
        page.screenshot(path=OUTPUT / f"{request.node.name}-{number}.png", full_page=True)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember that the test itself failed, for the pictures."""
    report: Any = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report
