"""Measure the chat page: python tests/measure_page.py LIBRARY CASES [--sessions 8] [--questions 20]

Prints the seconds until the page is served and shows example questions, the milliseconds from a click on Ask to the
first sentence on screen, and those of answers asked by several sessions at once, through the queue that the page uses;
with the processor seconds of the server, which depend less on what else the machine does. The library is copied, and
brought up to date before.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import threading
import time
from pathlib import Path

from conftest import serving
from gradio_client import Client
from playwright.sync_api import sync_playwright
from test_browser import FLAGS, chromium

from eval.cases import Case, read_cases
from index import Index


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--questions", type=int, default=20)
    given = parser.parse_args()
    cases = read_cases(given.cases)
    with tempfile.TemporaryDirectory() as folder:
        library = shutil.copytree(given.library, Path(folder) / "library")
        Index.open(library).close()
        begun = time.perf_counter()
        with serving(library, Path(folder)) as served:
            print(f"page served after {time.perf_counter() - begun:.1f} s, {worked(served.pid):.1f} of the processor")
            say("first sentence on screen, ms", first_sentences(served.url, cases[: given.questions]))
            before = worked(served.pid)
            times, faults = together(served.url, cases, given.sessions, given.questions)
            say(f"{given.sessions} sessions of {given.questions} questions at once, ms", times)
            print(f"each took {(worked(served.pid) - before) / len(times) * 1000:.0f} ms of the processor")
            print(f"faults: {len(faults)} {faults[:3]}")


def worked(pid: int) -> float:
    """Return the seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_sentences(url: str, cases: list[Case]) -> list[float]:
    """Return, for each question, the milliseconds from a click on Ask to its first sentence or abstention."""
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        opened = time.perf_counter()
        page.goto(url)
        page.locator(".dl-example").first.wait_for(timeout=120_000)  # the library is ready
        print(f"example questions on screen {time.perf_counter() - opened:.1f} s after the page is opened")
        for case in cases:
            page.get_by_label("Question").fill(case.question)
            found.append(page.evaluate(TIMED))
            page.locator(".dl-turn").last.locator(".dl-foot").wait_for()
            page.get_by_role("button", name="New conversation").click()
            page.locator(".dl-lead").wait_for()
        browser.close()
    return found


TIMED = """() => new Promise((done) => {
    const begun = performance.now();
    new MutationObserver((_, watcher) => {
        if (!document.querySelector('.dl-statement, .dl-abstained')) return;
        watcher.disconnect();
        requestAnimationFrame(() => done(performance.now() - begun));
    }).observe(document.getElementById('conversation'), {subtree: true, childList: true});
    document.getElementById('ask-button').click();
})"""


def together(url: str, cases: list[Case], sessions: int, questions: int) -> tuple[list[float], list[str]]:
    """Return the milliseconds of each answer, and what went wrong, of sessions that ask at the same time."""
    times: list[float] = []
    faults: list[str] = []
    ready = threading.Barrier(sessions)

    def session(number: int) -> None:
        client = Client(url, verbose=False)
        ready.wait()
        for case in (cases * sessions)[number * questions : (number + 1) * questions]:
            begun = time.perf_counter()
            try:
                client.predict(case.question, case.as_of.isoformat() if case.as_of else "", "", [], api_name="/ask")
            except Exception as exc:
                faults.append(str(exc))
            times.append((time.perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=session, args=(number,)) for number in range(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, faults


def say(name: str, times: list[float]) -> None:
    """Print the median, the 95th percentile and the most."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(f"{name}: median {statistics.median(ordered):.0f}, p95 {p95:.0f}, most {ordered[-1]:.0f}, n {len(ordered)}")


if __name__ == "__main__":
    main()
