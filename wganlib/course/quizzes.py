"""The quiz at the end of a chapter, shown by jupyterquiz from a file that ships with the package."""

import html
import json
import re
from importlib.resources import files

from wganlib._arguments import show

# Each text has 4.5 times the contrast of its ground, or more (WCAG 2.1, AA). Right and wrong differ for colour-blind
# readers too.
COLOURS = {
    "--jq-multiple-choice-bg": "#345995",
    "--jq-many-choice-bg": "#B34700",
    "--jq-numeric-bg": "#0072B2",
    "--jq-text-color": "#FFFFFF",
    "--jq-mc-button-bg": "#FAFAFA",
    "--jq-mc-button-border": "#6B7280",
    "--jq-mc-button-inset-shadow": "#555555",
    "--jq-numeric-input-bg": "#1F2933",
    "--jq-numeric-input-label": "#6B7280",
    "--jq-numeric-input-shadow": "#6B7280",
    "--jq-correct-color": "#00745A",
    "--jq-incorrect-color": "#A3195B",
}


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
    from jupyterquiz import display_quiz

    display_quiz(_as_html(load_quiz(chapter)), colors=COLOURS, shuffle_answers=False)


def _as_html(content):
    """The questions with `code` and < as the page needs them: jupyterquiz puts texts into it as they are."""
    if isinstance(content, dict):
        return {key: _as_html(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_as_html(value) for value in content]
    if isinstance(content, str):
        return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(content, quote=False))
    return content
