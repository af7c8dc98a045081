"""Runs in a real browser: the list, one that is followed and steered, two over each other."""

from __future__ import annotations

import json
import shutil
import threading
import time

import pytest

from tests.studio.running import TOKEN
from tests.tiny_runs import settings as small
from zerosum.records.events import EventLog, read_events
from zerosum.records.lock import Lock
from zerosum.runs import session
from zerosum.runs.job import prepare
from zerosum.studio.settings import Settings

DARK = {"color_scheme": "dark"}
NARROW = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def settings(root, tmp_path_factory) -> Settings:
    """A studio that may steer, on copies of the runs: these tests write into them."""
    folder = tmp_path_factory.mktemp("steered") / "runs"
    shutil.copytree(root, folder)
    return Settings(root=folder, token=TOKEN, control=True)


def open_run(open_view, settings, data, query="", **options):
    page = open_view("/runs", **options)
    href = page.get_by_role("link", name=data).first.get_attribute("href")
    page.goto(page.url.partition("/runs")[0] + href + query)
    page.wait_for_selector("body[data-ready]")
    return page


@pytest.mark.parametrize("options", [{}, {**DARK, **NARROW}], ids=["light", "dark and narrow"])
def test_the_list_sorts_by_keyboard_and_compares_two(open_view, options):
    page = open_view("/runs", **options)
    assert page.locator(".run-list tbody tr").count() == 2
    page.get_by_role("button", name="Data").focus()
    page.keyboard.press("Enter")
    names = page.locator(".run-list tbody th").all_text_contents()
    assert "pets" in names[0] and "ring" in names[1] and "sort=data" in page.url
    page.keyboard.press("Enter")  # the focus stays where it was
    assert "ring" in page.locator(".run-list tbody th").first.text_content()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Compare the two").click()
    page.locator("h1", has_text="Two runs").wait_for()
    page.locator(".run-evidence td", has_text="not measured of B").first.wait_for()
    rows = page.locator("tr", has_text="data.spec").locator("td").all_text_contents()
    assert sorted(rows) == ["pets.npz", "ring"]
    page.get_by_text("B was evaluated on other rows").wait_for()
    fits(page)


def test_two_runs_alike_are_compared_by_their_errors(open_view, settings):
    page = open_run(open_view, settings, "ring")
    own = page.url.rpartition("/")[2]
    page.goto(f"{page.url}?with={own}&smooth=0.5")
    page.locator(".run-evidence td", has_text="not told apart").first.wait_for()
    assert page.locator(".run-figure").count() >= 6
    assert page.get_by_text("None: both runs have the same settings.").count() == 1


@pytest.mark.parametrize("options", [{}, DARK, NARROW], ids=["light", "dark", "narrow"])
def test_a_finished_run_is_shown_whole(open_view, settings, options):
    page = open_run(open_view, settings, "ring", **options)
    page.locator(".run-state", has_text="done").wait_for()
    page.locator(".run-samples[data-step='4']").wait_for()
    page.locator(".run-evidence tbody tr").first.wait_for()
    assert page.get_by_text("Wasserstein-1 distance exact").count() == 1
    page.get_by_text("Each evaluation compares 20 generated rows").wait_for()
    drawn = page.locator(".run-chart").first
    drawn.focus()
    page.keyboard.press("ArrowLeft")
    assert " at step " in drawn.get_attribute("aria-label")
    assert page.get_by_role("button", name="Pause").is_hidden()
    fits(page)


def test_the_address_keeps_what_was_chosen(open_view, settings):
    page = open_run(open_view, settings, "pets")
    page.locator(".run-samples[data-step='4']").wait_for()
    average = pixels(page)
    page.locator(".run-of select").select_option("generator")
    page.get_by_label("Logarithmic").check()
    page.get_by_role("slider", name="Smoothing").press("ArrowRight")
    page.locator(".run-samples[aria-label*='as they stand']").wait_for()
    assert {"of=generator", "log=true", "smooth=0.5"} <= set(page.url.partition("?")[2].split("&"))
    own = pixels(page)
    assert own != average
    page.reload()
    page.locator(".run-samples[data-step='4']").wait_for()
    assert pixels(page) == own and page.get_by_label("Logarithmic").is_checked()


def test_everything_can_be_kept(open_view, settings, tmp_path):
    page = open_run(open_view, settings, "ring")
    page.locator(".run-samples[data-step='4']").wait_for()
    page.locator(".run-evidence tbody tr").first.wait_for()
    kept = {}
    for name in ("Samples PNG", "Curves PNG", "Curves CSV", "Evidence CSV", "JSON"):
        with page.expect_download() as found:
            page.get_by_role("button", name=name, exact=True).click()
        kept[name] = tmp_path / name
        found.value.save_as(kept[name])
    assert all(kept[f"{what} PNG"].read_bytes()[:4] == b"\x89PNG" for what in ("Samples", "Curves"))
    assert kept["Curves CSV"].read_text().startswith("run,series,step,mean,least,greatest\nA,")
    assert ",end,,W1 exact," in kept["Evidence CSV"].read_text()
    assert json.loads(kept["JSON"].read_text())["runs"][0]["now"]["state"] == "done"
    with page.expect_download() as found:
        page.get_by_role("link", name="Download the report").click()
    assert found.value.suggested_filename == "report.html"


def test_a_training_is_followed_paused_saved_and_stopped(open_view, settings):
    job = prepare("moons", settings=small(run={"steps": 10**6, "ticks": 20_000, "previews": 1000}))
    work = session.begin(job, settings.root)
    reasons = []

    def train():
        with Lock(work.run):
            reasons.append(work.train())

    thread = threading.Thread(target=train, daemon=True)
    thread.start()
    try:
        page = open_run(open_view, settings, "moons")
        page.locator(".run-state", has_text="training").wait_for()
        page.locator(".run-figure", has_text="Loss of the generator").wait_for()
        page.get_by_role("button", name="Pause").click()
        page.locator(".run-state", has_text="paused").wait_for()
        step = job.state.step
        page.get_by_role("button", name="Save now").click()
        page.get_by_text(f"Saved at step {step:,}.").wait_for()
        assert job.state.step == step
        page.get_by_role("button", name="Go on").first.click()
        page.locator(".run-state", has_text="training").wait_for()
        page.get_by_role("button", name="Stop").click()
        page.locator(".run-state", has_text="interrupted").wait_for()
    finally:
        thread.join(timeout=20)
    assert reasons == ["interrupted"] and job.state.step > step
    assert [e["done"] for e in read_events(work.run) if e["kind"] == "control"] == [
        "paused", "saved", "resumed", "stopped",
    ]  # fmt: skip


def test_an_alarm_shows_while_the_page_is_open(open_view, settings):
    page = open_run(open_view, settings, "ring")
    page.get_by_text("No alarm was raised").wait_for()
    (run,) = settings.root.glob("*-ring-*")
    EventLog(run).append(
        "alarm",
        step=4,
        name="collapse",
        evidence="few of <b>many</b> modes",
        cause="c",
        change="less",
    )
    page.locator(".alarm", has_text="few of <b>many</b> modes").wait_for()


def test_a_studio_that_may_train_offers_names_only(open_view):
    page = open_view("/runs")
    page.locator(".run-begin summary").click()
    assert page.get_by_label("Data").evaluate("list => list.tagName") == "SELECT"
    page.get_by_label("Steps, at most").fill("0")
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".run-begin [role=status]", has_text="steps is 0").wait_for()


@pytest.fixture
def allowed(request) -> list[str]:
    """The training that is refused on purpose is an error in the console."""
    return [r"status of 400.*api/trainings"] if "names_only" in request.node.name else []


def pixels(page) -> str:
    time.sleep(0.2)
    return page.locator(".run-samples").evaluate("canvas => canvas.toDataURL()")


def fits(page) -> None:
    """Nothing is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px too wide"
