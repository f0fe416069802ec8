"""A chapter's quiz as HTML that quiz.js answers, from the file that the notebook's quiz comes from."""

import html
import json
import re
from pathlib import Path

QUIZZES = Path(__file__).resolve().parents[2] / "wganlib" / "assets" / "quizzes"
HINTS = {
    "multiple_choice": "One answer is right.",
    "many_choice": "Choose all that are right.",
    "numeric": "A number; Enter checks it.",
}


def quiz_html(chapter):
    """The quiz of a chapter ("01", "02", …)."""
    questions = json.loads((QUIZZES / f"{chapter}.json").read_text(encoding="utf-8"))
    return '<div class="quiz">' + "".join(map(question_html, range(1, len(questions) + 1), questions)) + "</div>"


def question_html(number, question):
    """One question: a fieldset whose answers carry what is said of them."""
    kind = question["type"]
    answers = number_field(question) if kind == "numeric" else "".join(map(button, question["answers"]))
    return (
        f'<fieldset class="question" data-kind="{kind}"><legend>{number}. {as_html(question["question"])}</legend>'
        f'<p class="hint">{HINTS[kind]}</p>{answers}<p class="feedback" role="status"></p></fieldset>'
    )


def button(answer):
    right, feedback = str(answer["correct"]).lower(), as_html(answer["feedback"])
    return (
        f'<button type="button" aria-pressed="false" data-correct="{right}" '
        f'data-feedback="{html.escape(feedback)}">{as_html(answer["answer"])}</button>'
    )


def number_field(question):
    answers = [answer | {"feedback": as_html(answer["feedback"])} for answer in question["answers"]]
    precision = question.get("precision", "")
    return (
        f'<form data-answers="{html.escape(json.dumps(answers))}" data-precision="{precision}"><label>Your answer '
        '<input type="text" inputmode="decimal" autocomplete="off"></label> <button type="submit">Check</button></form>'
    )


def as_html(text):
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
