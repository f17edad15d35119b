"""Ask many cases of a library, in processes side by side; a run that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import eval.outcome
import index
import prompts
import qa
from eval.asking import Done, Task, ask_of
from eval.files import json_lines, made_folder, make_error
from eval.outcome import Outcome, failed, from_row
from eval.records import Case
from index.errors import DatelineError, InputError, WorkerError
from index.workers import Pool
from qa.answer import Elapsed
from qa.assistant import Assistant

RESULTS = "results.jsonl"
TIMES = "times.jsonl"
_UNFINISHED = "unfinished.jsonl"
_SECONDS = 120.0
"""The most that one question may take."""


@dataclass(frozen=True, slots=True)
class Run:
    """All outcomes in the order of the cases, and what each took."""

    outcomes: tuple[Outcome, ...]
    milliseconds: tuple[float, ...]
    elapsed: tuple[Elapsed, ...]


def run(
    cases: Sequence[Case],
    library: Path,
    *,
    out: Path | None = None,
    jobs: int = 1,
    llm: str | None = None,
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> Run:
    """Ask each case once and return the outcomes; the same cases, library and code give the same outcomes.

    `llm` names the language model that answers, as in `dateline ask`; None: the answers are quotes.
    Into the folder `out` go `results.jsonl`, which two equal runs write alike byte for byte, and `times.jsonl`.
    What a stopped run left there is taken up, if cases, library and code are still the same.

    Raises:
        LibraryError: the library cannot be opened or read.
    """
    mark = _mark(cases, library, llm)
    out = made_folder(out) if out is not None else None
    done = _taken_up(out, mark) if out is not None else []
    for one in done:
        progress(one.outcome)
    if out is None:
        for one in _asked(cases, library, jobs, llm):
            done.append(one)
            progress(one.outcome)
    else:
        unfinished = out / _UNFINISHED
        unfinished.write_text("".join([_line(mark), *map(_kept, done)]), encoding="utf-8")
        with unfinished.open("a", encoding="utf-8") as stream:
            for one in _asked(cases[len(done) :], library, jobs, llm):
                stream.write(_kept(one))
                stream.flush()
                done.append(one)
                progress(one.outcome)
        _write(out / RESULTS, (one.outcome.to_line() for one in done))
        _write(out / TIMES, (_line({"key": d.outcome.key, "ms": d.milliseconds, **asdict(d.elapsed)}) for d in done))
        unfinished.unlink()
    return Run(
        tuple(one.outcome for one in done), tuple(one.milliseconds for one in done), tuple(one.elapsed for one in done)
    )


def read(folder: Path) -> Run:
    """Return a finished run.

    Raises:
        InputError: the folder holds none, or one that cannot be read.
    """
    path = folder / RESULTS
    if not path.exists():
        left = ", only one that was stopped" if (folder / _UNFINISHED).exists() else ""
        raise InputError(f"no finished run in {folder}{left}; make one with: dateline-eval run --out {folder}")
    outcomes = []
    for row, where in json_lines(path):
        try:
            outcomes.append(from_row(row))
        except (KeyError, TypeError, AttributeError, ValueError) as exc:
            raise make_error(where, f"not a line of {RESULTS} ({exc!r})", "run the cases again") from exc
    times = {row["key"]: row for row, _ in json_lines(folder / TIMES)} if (folder / TIMES).exists() else {}
    known = [times.get(outcome.key, {}) for outcome in outcomes]
    return Run(
        tuple(outcomes),
        tuple(float(row["ms"]) for row in known if "ms" in row),
        tuple(Elapsed(row["search"], row["draft"], row["verify"]) for row in known if "ms" in row),
    )


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return the hash over all that an answer depends on but the library: our modules, weights and prompts."""
    total = hashlib.sha256()
    for package in (eval.outcome, index, prompts, qa):
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "samples" not in path.parts:
                total.update(path.relative_to(folder).as_posix().encode())
                total.update(path.read_bytes())
    return total.hexdigest()


def _asked(cases: Sequence[Case], library: Path, jobs: int, llm: str | None) -> Iterator[Done]:
    if jobs == 1:
        with Assistant.open(library, llm) as assistant:
            yield from (ask_of(assistant, case) for case in cases)
        return
    tasks = [Task(library, case, llm) for case in cases]
    with Pool(min(jobs, len(tasks) or 1)) as pool:
        for case, (_, one) in zip(cases, pool.map("eval.asking:ask", tasks, _SECONDS), strict=True):
            if isinstance(one, WorkerError):
                yield Done(failed(case, str(one)), 0.0, Elapsed())
            elif isinstance(one, DatelineError):
                raise one
            else:
                yield one


def _mark(cases: Sequence[Case], library: Path, llm: str | None) -> Mapping[str, Any]:
    """Return what a stopped run is known again by."""
    asked = hashlib.sha256("".join(json.dumps(case.to_dict()) + case.story for case in cases).encode()).hexdigest()
    state = index.Index.open(library)
    with state:
        generation = state.catalog.generation
    where = str(library.resolve())
    return {"cases": asked, "library": where, "generation": generation, "llm": llm, "code": code_digest()}


def _taken_up(out: Path, mark: Mapping[str, Any]) -> list[Done]:
    """Return what a stopped run had done; nothing if it was another, or a line was cut off while it was written."""
    path = out / _UNFINISHED
    if not path.exists():
        return []
    done: list[Done] = []
    with path.open(encoding="utf-8", errors="replace") as stream:
        if stream.readline() != _line(mark):
            return []
        for line in stream:
            try:
                row = json.loads(line)
                done.append(Done(from_row(row["outcome"]), row["ms"], Elapsed(**row["elapsed"])))
            except (ValueError, KeyError, TypeError):
                break
    return done


def _kept(one: Done) -> str:
    return _line({
        "outcome": json.loads(one.outcome.to_line()), "ms": one.milliseconds, "elapsed": asdict(one.elapsed)
    })  # fmt: skip


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _write(path: Path, lines: Iterator[str]) -> None:
    """Write a file in one step: whole, or not at all."""
    unfinished = path.with_suffix(path.suffix + ".tmp")
    unfinished.write_text("".join(lines), encoding="utf-8")
    unfinished.replace(path)
