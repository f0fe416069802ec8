import html
import json
import re

import quiz_page


def test_every_quiz_has_all_its_questions_and_answers():
    for path in quiz_page.QUIZZES.glob("*.json"):
        questions = json.loads(path.read_text(encoding="utf-8"))
        page = quiz_page.quiz_html(path.stem)
        assert page.count("<fieldset") == len(questions)
        chosen = [question for question in questions if question["type"] != "numeric"]
        assert page.count("data-correct=") == sum(len(question["answers"]) for question in chosen)
        asked = [json.loads(html.unescape(answers)) for answers in re.findall(r'data-answers="([^"]*)"', page)]
        numbers = [question for question in questions if question["type"] == "numeric"]
        assert [len(answers) for answers in asked] == [len(question["answers"]) for question in numbers]


def test_code_is_set_as_code_and_nothing_becomes_markup():
    assert quiz_page.as_html("`x < 1` & <b>") == "<code>x &lt; 1</code> &amp; &lt;b&gt;"
