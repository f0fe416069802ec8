"""Every quiz file is one that jupyterquiz shows and a reader learns from."""

import json
import re
from pathlib import Path

import pytest

import wganlib
from wganlib.course import quizzes
from wganlib.course.quizzes import COLOURS, FIELD_BORDER, FIELD_TEXT, STYLE, load_quiz, quiz

FILES = sorted((Path(wganlib.__file__).parent / "assets" / "quizzes").glob("*.json"))
every_quiz = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def texts(content):
    """Every text that a reader sees."""
    for question in content:
        yield question["question"]
        for answer in question["answers"]:
            yield answer["feedback"]
            if "answer" in answer:
                yield answer["answer"]


@every_quiz
def test_a_quiz_belongs_to_a_chapter_and_is_short(path):
    assert re.fullmatch(r"\d\d", path.stem)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert 4 <= len(content) <= 6
    assert len({question["question"] for question in content}) == len(content)


@every_quiz
def test_questions_have_the_keys_that_jupyterquiz_reads(path):
    for question in load_quiz(path.stem):
        assert question["type"] in ("multiple_choice", "many_choice", "numeric")
        extra = {"precision"} if question["type"] == "numeric" else {"answer_cols"}
        assert {"question", "type", "answers"} <= set(question) <= {"question", "type", "answers", *extra}
        for answer in question["answers"]:
            if question["type"] != "numeric":
                assert set(answer) == {"answer", "correct", "feedback"}
            elif answer["type"] == "default":
                assert set(answer) == {"type", "feedback"}
            else:
                assert answer["type"] in ("value", "range")
                assert set(answer) == {"type", answer["type"], "correct", "feedback"}
            assert isinstance(answer.get("correct", False), bool)


@every_quiz
def test_as_many_answers_are_right_as_the_type_allows(path):
    for question in load_quiz(path.stem):
        right = [answer.get("correct", False) for answer in question["answers"]]
        if question["type"] == "many_choice":
            assert 1 <= sum(right) < len(right), question["question"]
        else:
            assert sum(right) == 1, question["question"]
        assert len(right) >= 3, question["question"]
        if question["type"] == "numeric":
            assert [answer["type"] for answer in question["answers"]].count("default") == 1
        else:
            answers = [answer["answer"] for answer in question["answers"]]
            assert len(set(answers)) == len(answers), question["question"]


@every_quiz
def test_a_reader_is_told_that_more_than_one_answer_may_be_right(path):
    for question in load_quiz(path.stem):
        assert ("Choose all" in question["question"]) == (question["type"] == "many_choice")


@every_quiz
def test_no_answer_has_code(path):
    # Its ground stays light when the button turns dark: white on white.
    for question in load_quiz(path.stem):
        assert not any("`" in answer.get("answer", "") for answer in question["answers"])


@every_quiz
def test_numbers_that_are_asked_for_are_numbers(path):
    for question in load_quiz(path.stem):
        if question["type"] != "numeric":
            continue
        values = [answer["value"] for answer in question["answers"] if answer["type"] == "value"]
        ranges = [answer["range"] for answer in question["answers"] if answer["type"] == "range"]
        assert all(isinstance(value, (int, float)) for value in values)
        assert all(low < high for low, high in ranges)
        assert len(set(values)) == len(values)
        if "precision" in question:  # significant digits, to which jupyterquiz rounds answer and value
            assert len({float(f"{value:.{question['precision']}g}") for value in values}) == len(values)


@every_quiz
def test_the_right_answer_has_no_fixed_place(path):
    choices = [question for question in load_quiz(path.stem) if question["type"] != "numeric"]
    patterns = {tuple(answer["correct"] for answer in question["answers"]) for question in choices}
    assert len(patterns) >= min(3, len(choices))
    assert not all(question["answers"][0]["correct"] for question in choices)


@every_quiz
def test_every_text_says_something_and_closes_what_it_opens(path):
    for text in texts(load_quiz(path.stem)):
        assert text.strip() == text
        assert text
        assert text.count("`") % 2 == 0
        assert text.count("$") % 2 == 0
        assert not re.search(r"\[[^]]*\]\(", text), "jupyterquiz makes a link of this"
    for question in load_quiz(path.stem):
        assert all(len(answer["feedback"]) > 10 for answer in question["answers"])


def test_there_are_quizzes():
    assert FILES


def test_a_chapter_without_a_quiz_is_named():
    with pytest.raises(FileNotFoundError, match=r"no quiz for chapter 'nine'.*'01', '02'"):
        load_quiz("nine")


def test_the_quiz_goes_to_the_page_with_code_and_signs_as_html(monkeypatch, tmp_path):
    jupyterquiz = pytest.importorskip("jupyterquiz")
    (tmp_path / "assets" / "quizzes").mkdir(parents=True)
    question = {
        "question": "Is `a < b`, or <i>?",
        "type": "many_choice",
        "answers": [{"answer": "`x`", "correct": True}],
    }
    number = {"question": "How many?", "type": "numeric", "answers": [{"type": "value", "value": 2, "correct": True}]}
    (tmp_path / "assets" / "quizzes" / "77.json").write_text(json.dumps([question, number]), encoding="utf-8")
    shown = []
    monkeypatch.setattr(quizzes, "files", lambda package: tmp_path)
    monkeypatch.setattr(jupyterquiz, "display_quiz", lambda content, **options: shown.append((content, options)))
    quiz("77")
    (((content, typed), options),) = shown
    assert "Enter" in typed["question"] and "Enter" not in content["question"]
    assert content["question"] == "Is <code>a &lt; b</code>, or &lt;i&gt;?"
    assert content["answers"] == [{"answer": "<code>x</code>", "correct": True}]
    assert options == {"colors": COLOURS, "shuffle_answers": False}


def contrast(one, other):
    """The contrast ratio of WCAG 2.1, 1 to 21, of two colours "#RRGGBB"."""

    def luminance(colour):
        channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)


GROUNDS = ("multiple-choice-bg", "many-choice-bg", "numeric-bg", "correct-color", "incorrect-color")
PAGES = ("#FFFFFF", "#111111", "#1E1E1E")  # JupyterLab's light page, and the darkest and lightest of its dark ones


@pytest.mark.parametrize(
    ("text", "ground"),
    [(COLOURS["--jq-text-color"], COLOURS[f"--jq-{name}"]) for name in GROUNDS]
    + [(COLOURS["--jq-numeric-input-label"], COLOURS["--jq-numeric-bg"])]
    + [(FIELD_TEXT, COLOURS["--jq-numeric-input-bg"])]
    + [("#333333", COLOURS["--jq-mc-button-bg"])],  # jupyterquiz fixes the colour of an answer
)
def test_every_text_of_a_quiz_can_be_read(text, ground):
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("ground", [*PAGES, COLOURS["--jq-numeric-input-bg"]])
def test_the_border_of_a_field_and_of_an_answer_can_be_seen(ground):
    assert contrast(FIELD_BORDER, ground) >= 3
    assert contrast(COLOURS["--jq-mc-button-border"], ground) >= 3


@pytest.mark.parametrize("name", ["Feedback.correct", "Feedback.incorrect", "InpLabel"])
def test_what_stands_on_the_page_itself_has_a_ground_of_its_own(name):
    assert re.search(rf"\.Quiz \.{re.escape(name)} {{[^}}]*background: var\(--jq-[\w-]+\)", STYLE)


def test_jupyterquiz_still_writes_what_the_style_speaks_of():
    jupyterquiz = pytest.importorskip("jupyterquiz")
    scripts = "".join(path.read_text("utf-8") for path in (Path(jupyterquiz.__file__).parent / "js").glob("*.js"))
    for name in set(re.findall(r"\.([A-Za-z][\w-]+)(?=[ .:,)])", re.sub(r"{[^}]*}", "", STYLE))):
        assert f'"{name}"' in scripts or f"'{name}'" in scripts, name


def test_jupyterquiz_knows_the_colours():
    jupyterquiz = pytest.importorskip("jupyterquiz")
    styles = (Path(jupyterquiz.__file__).parent / "styles.css").read_text(encoding="utf-8")
    assert all(f"var({name})" in styles for name in COLOURS)


@every_quiz
def test_jupyterquiz_takes_it(path, capsys):
    pytest.importorskip("jupyterquiz")
    quiz(path.stem)
    assert "Javascript" in capsys.readouterr().out
