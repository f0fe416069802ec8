"""The quiz at the end of a chapter, shown by jupyterquiz from a file that ships with the package."""

import html
import json
import re
from importlib.resources import files

from wganlib._arguments import show

# Each text has 4.5 times the contrast of its ground, or more (WCAG 2.1, AA), and a ground of its own, so that this
# holds in light and dark pages. Right and wrong differ for colour-blind readers too.
COLOURS = {
    "--jq-multiple-choice-bg": "#345995",
    "--jq-many-choice-bg": "#B34700",
    "--jq-numeric-bg": "#0072B2",
    "--jq-text-color": "#FFFFFF",
    "--jq-mc-button-bg": "#FAFAFA",
    "--jq-mc-button-border": "#6B7280",
    "--jq-mc-button-inset-shadow": "#555555",
    "--jq-numeric-input-bg": "#FAFAFA",
    "--jq-numeric-input-label": "#FFFFFF",
    "--jq-numeric-input-shadow": "#6B7280",
    "--jq-correct-color": "#00745A",
    "--jq-incorrect-color": "#A3195B",
}
FIELD_TEXT, FIELD_BORDER = "#1F2933", "#6B7280"
# What jupyterquiz writes straight onto the page gets its ground here; an answered field keeps jupyterquiz' colours.
STYLE = f"""<style>
.Quiz .Feedback.correct {{ background: var(--jq-correct-color); }}
.Quiz .Feedback.incorrect {{ background: var(--jq-incorrect-color); }}
.Quiz .Feedback.correct, .Quiz .Feedback.incorrect {{ color: var(--jq-text-color); }}
.Quiz .InpLabel {{ background: var(--jq-numeric-bg); }}
.Quiz .Feedback.correct, .Quiz .Feedback.incorrect, .Quiz .InpLabel {{ border-radius: 0.3rem; padding: 0.3rem 0.6rem; }}
.Quiz .Input-text {{ border: 2px solid {FIELD_BORDER}; }}
.Quiz .Input-text:not(.correctButton, .incorrectButton) {{ color: {FIELD_TEXT}; }}
</style>"""


def load_quiz(chapter):
    """The questions of a chapter as jupyterquiz takes them: a list of dictionaries.

    Raises:
        FileNotFoundError: the chapter has no quiz.
    """
    path = files("wganlib") / "assets" / "quizzes" / f"{chapter}.json"
    if not path.is_file():
        raise FileNotFoundError(f"There is no quiz for chapter {show(chapter)}. Chapters are named '01', '02', ….")
    return json.loads(path.read_text(encoding="utf-8"))


def quiz(chapter):
    """Show the quiz of a chapter ("01", "02", …). It needs `pip install jupyterquiz` and a live notebook."""
    from IPython.display import HTML, display
    from jupyterquiz import display_quiz

    questions = [_with_hint(question) for question in _as_html(load_quiz(chapter))]
    display(HTML(STYLE))
    display_quiz(questions, colors=COLOURS, shuffle_answers=False)


def _with_hint(question):
    """A question that is answered by typing says how the answer is given."""
    if question["type"] != "numeric":
        return question
    return question | {"question": f"{question['question']} (Write a number, then press Enter.)"}


def _as_html(content):
    """The questions with `code` and < as the page needs them: jupyterquiz puts texts into it as they are."""
    if isinstance(content, dict):
        return {key: _as_html(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_as_html(value) for value in content]
    if isinstance(content, str):
        return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(content, quote=False))
    return content
