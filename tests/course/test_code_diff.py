import textwrap
from html.parser import HTMLParser

import pytest

from wganlib.course.code_diff import compare_code


def old(x):
    y = x + 1
    return y


def new(x):
    y = x + 2
    y = y * 2
    return y


class Table(HTMLParser):
    """The texts of a table's cells, row by row, each row without its mark."""

    def __init__(self):
        super().__init__()
        self.rows, self.inside = [], False

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "td"

    def handle_data(self, text):
        if self.inside:
            self.rows[-1][-1] += text


def test_lines_that_differ_are_marked_and_the_others_are_not():
    comparison = compare_code(old, new)
    assert comparison.titles == ("old", "new")
    assert comparison.changed == (
        ("def old(x):", "def new(x):", True),
        ("    y = x + 1", "    y = x + 2", True),
        ("", "    y = y * 2", True),
    )
    assert comparison.rows[-1] == ("    return y", "    return y", False)


def test_a_column_without_its_gaps_is_the_source():
    first, second = "a\nb\nc\nd", "b\nx\nd\ne"
    rows = compare_code(first, second).rows
    assert "\n".join(left for left, _, _ in rows if left) == first
    assert "\n".join(right for _, right, _ in rows if right) == second
    for left, right, differs in rows:
        assert differs == (left != right)


def test_text_and_table_say_the_same():
    comparison = compare_code("if a < b:\n    c()", "if a > b:\n    c()", titles=("less", "more"))
    text = repr(comparison).splitlines()
    assert text[0].split() == ["less", "│", "more"]
    assert [line.startswith("≠") for line in text[1:]] == [True, False]
    table = Table()
    table.feed(comparison._repr_html_())
    assert table.rows[1:] == [["≠", "if a < b:", "if a > b:"], ["", "    c()", "    c()"]]


def test_indentation_of_an_inner_function_is_taken_off():
    def inner():
        return 1

    assert compare_code(inner, inner).rows[0][0] == "def inner():"
    assert compare_code(textwrap.indent("a = 1", "    "), "a = 1").changed == ()


def test_source_that_cannot_be_found_is_refused():
    with pytest.raises(ValueError, match="cannot be found"):
        compare_code(len, len)
