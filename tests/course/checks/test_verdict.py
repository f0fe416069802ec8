from wganlib.course.checks import Verdict
from wganlib.course.checks.verdict import NOT_YET, compare


def test_right_wrong_and_unanswered_have_a_sign_each():
    right, wrong, nothing = (compare(answer, 2, "Two.") for answer in (2, 3, ...))
    assert [repr(verdict)[0] for verdict in (right, wrong, nothing)] == ["✓", "✗", "○"]
    assert [bool(verdict) for verdict in (right, wrong, nothing)] == [True, False, False]
    assert nothing is NOT_YET and not nothing.answered and Verdict(False, "No.").answered


def test_a_wrong_value_is_named_and_the_right_one_is_not_given_away():
    verdict = compare([[1, 2], [3, 7]], [[1, 2], [3, 8]], "All four.")
    assert verdict.message == "1 of 4 values is off. The first of them, [1, 1], is 7: too small."
    assert compare([0, 9], [1, 8], "Both.").message == "2 of 2 values are off. The first of them, [0], is 0: too small."
