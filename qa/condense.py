"""A follow-up made to stand alone by a language model, with what still holds of the conversation before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from index.errors import InputError, ModelError
from index.tokens import counter
from prompts import render
from qa.answer import Answer
from qa.calls import Meter, allowed, complete
from qa.candidates import harmless, secret
from qa.models import Model
from qa.options import Options
from qa.question import History, Question

TURNS = 4
"""Questions and answers, counted from the last, that are told again."""
_LONGEST = 600
"""Characters of an earlier question, and of its answer, that are told again."""

Condense = Callable[[str, History, Meter], str | None]
"""Returns a follow-up so that it stands alone, None: the rules are to do it; raises `ModelError`."""


def condensed(
    asked: Question,
    history: History,
    condense: Condense,
    meter: Meter,
    options: Options,
    understand: Callable[..., Question],
) -> tuple[Question, tuple[str, ...]]:
    """Return the question as a model makes it stand alone, else as the rules did, with a note that says so.

    Raises:
        ModelError: the model failed, and the options want an error then.
    """
    try:
        alone = condense(asked.text, history, meter)
        if not alone:
            return asked, ()
        # a day up to which it was asked is no matter of how a model puts it
        return replace(understand(alone, as_of=asked.scope.as_of), text=asked.text, told=asked.told), ()
    except ModelError as exc:
        if options.on_fault == "error":
            raise
        return asked, (f"The follow-up was understood by rule: {exc}.",)
    except InputError:
        return asked, ("The follow-up was understood by rule: the model wrote no question.",)


def condense_with(model: Model, question: str, history: History, meter: Meter) -> str:
    """Return the question as the model makes it stand alone: the last line that it writes.

    Of the conversation it is told the last turns, as many as there is room for.

    Raises:
        ModelError: it wrote nothing that can be used, or failed.
    """
    turns = list(history[-TURNS:])
    while counter()(prompt := condense_prompt(question, turns, secret())) > allowed(model):
        if len(turns) < 2:
            raise ModelError(f"{model.name} has no room for this question and the one before")
        del turns[0]
    lines = complete(model, prompt, meter).strip().splitlines() or [""]
    text = lines[-1].strip().strip('"“”*').removeprefix("Question:").strip()
    if not text:
        raise ModelError(f"{model.name} wrote no question")
    return text


def condense_prompt(question: str, history: History, seal: str) -> str:
    """Return the prompt: the last turns of the conversation, oldest first, then the question."""
    turns = []
    for item in history[-TURNS:]:
        if isinstance(item, Answer):
            before, said = item.standalone_question or item.question, item.text
        else:
            before, said = str(item.get("question", "")), str(item.get("answer", ""))
        before, said = harmless(before[:_LONGEST]), harmless(said[:_LONGEST])
        turns.append(f"Question: {before}" + (f"\nAnswer: {said}" if said else ""))
    return render("condense", seal=seal, conversation="\n".join(turns), question=harmless(question))
