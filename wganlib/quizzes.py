"""The quiz at the end of a chapter, shown by jupyterquiz from a file that ships with the package."""

import html
import json
import re
from importlib.resources import files


def load_quiz(chapter):
    """The questions of a chapter as jupyterquiz takes them: a list of dictionaries.

    Raises:
        FileNotFoundError: the chapter has no quiz.
    """
    path = files("wganlib") / "assets" / "quizzes" / f"{chapter}.json"
    if not path.is_file():
        raise FileNotFoundError(f"There is no quiz for chapter {chapter!r}: chapters are named '01', '02', …")
    return json.loads(path.read_text(encoding="utf-8"))


def quiz(chapter):
    """Show the quiz of a chapter ("01", "02", …). It needs `pip install jupyterquiz` and a live notebook."""
    from jupyterquiz import display_quiz

    display_quiz(_as_html(load_quiz(chapter)), colors="fdsp", shuffle_answers=False)


def _as_html(content):
    """The questions with `code` and < as the page needs them: jupyterquiz puts texts into it as they are."""
    if isinstance(content, dict):
        return {key: _as_html(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_as_html(value) for value in content]
    if isinstance(content, str):
        return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(content, quote=False))
    return content
