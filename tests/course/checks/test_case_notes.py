import pytest

from wganlib.course.checks import check_article_loop, check_last_patients
from wganlib.course.checks.case_notes import ARTICLE_LOOP, LAST_PATIENTS, WORDS

CHECKS = [(check_last_patients, LAST_PATIENTS), (check_article_loop, ARTICLE_LOOP)]
both = pytest.mark.parametrize(("check", "notes"), CHECKS)


def right(notes):
    return {key: word for key, (word, _) in notes.items()}


@both
def test_the_right_words_pass_and_an_empty_answer_waits(check, notes):
    assert check(right(notes))
    assert "Not answered" in check(...).message


@both
def test_a_wrong_word_is_named_by_its_key_and_where_to_look(check, notes):
    for key, (word, where) in notes.items():
        for other in set(WORDS) - {word}:
            verdict = check(right(notes) | {key: other})
            assert not verdict and f"Look again at {key}: {where}" in verdict.message
            assert f"{len(notes) - 1} of {len(notes)}" in verdict.message


@both
def test_strange_answers_are_explained(check, notes):
    first = next(iter(notes))
    assert "A dictionary was expected" in check("a mistake").message
    assert f"Nothing is said of {first}" in check({k: w for k, w in right(notes).items() if k != first}).message
    for strange in ("bug", None, ["mistake"]):
        assert "one of mistake, setting, right" in check(right(notes) | {first: strange}).message


def test_the_hints_do_not_say_the_word():
    for _, notes in CHECKS:
        assert not any(word in where.split() for word, where in notes.values())
