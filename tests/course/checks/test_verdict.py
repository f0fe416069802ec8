from wganlib.course.checks import Verdict
from wganlib.course.checks.verdict import NOT_YET, call, compare


def test_right_wrong_and_unanswered_have_a_sign_each():
    right, wrong, nothing = (compare(answer, 2, "Two.") for answer in (2, 3, ...))
    assert [repr(verdict)[0] for verdict in (right, wrong, nothing)] == ["✓", "✗", "○"]
    assert [bool(verdict) for verdict in (right, wrong, nothing)] == [True, False, False]
    assert nothing is NOT_YET and not nothing.answered and Verdict(False, "No.").answered


def test_a_wrong_value_is_named_and_the_right_one_is_not_given_away():
    verdict = compare([[1, 2], [3, 7]], [[1, 2], [3, 8]], "All four.")
    assert verdict.message == "1 of 4 values is off. The first of them, [1, 1], is 7: too small."
    assert compare([0, 9], [1, 8], "Both.").message == "2 of 2 values are off. The first of them, [0], is 0: too small."


def test_what_a_readers_function_gives_or_why_it_gives_nothing():
    assert call(lambda x, y: x + y, "x and y", 2, 3) == (5, None)
    assert call(..., "x") == (None, NOT_YET)
    for function, case, message in (
        (3, "", "A function of x was expected, but this is int: leave out the parentheses"),
        (lambda x: x[7], "", "Your function raised IndexError: "),
        (lambda x: x[7], "For n = 3", "For n = 3: your function raised IndexError: "),
        (lambda x: None, "For n = 3", "For n = 3: your function returns None: is the return missing?"),
    ):
        value, problem = call(function, "x", [1, 2], case=case)
        assert value is None and not problem and problem.message.startswith(message)
