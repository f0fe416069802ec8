from wganlib.course.checks import Verdict
from wganlib.course.checks.verdict import NOT_YET, compare


def test_right_wrong_and_unanswered_have_a_sign_each():
    right, wrong, nothing = (compare(answer, 2, "Two.") for answer in (2, 3, ...))
    assert [repr(verdict)[0] for verdict in (right, wrong, nothing)] == ["✓", "✗", "○"]
    assert [bool(verdict) for verdict in (right, wrong, nothing)] == [True, False, False]
    assert nothing is NOT_YET and not nothing.answered and Verdict(False, "No.").answered
