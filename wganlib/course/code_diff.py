"""Two versions of a function side by side, the lines that differ marked: a table on a page, plain text elsewhere."""

import html
import inspect
import textwrap
from dataclasses import dataclass
from difflib import SequenceMatcher

from wganlib._arguments import as_tuple

# A mark beside the line says it too: not every page keeps colours, not every reader sees them.
CELL = "font-family:monospace;white-space:pre;text-align:left;padding:0 6px;font-size:11px;line-height:1.45"
CHANGED = (f"{CELL};background:#FBE3D0;color:#1F2933", f"{CELL};background:#D6EAF5;color:#1F2933")


@dataclass(frozen=True)
class CodeComparison:
    """What `compare_code` returns; as the last value of a cell it shows itself.

    Attributes:
        titles: what stands above the two columns.
        rows: (left line, right line, whether they differ); a line that one side lacks is empty there.
    """

    titles: tuple
    rows: tuple

    @property
    def changed(self):
        """The rows that differ."""
        return tuple(row for row in self.rows if row[2])

    def __repr__(self):
        width = max(len(text) for text in (self.titles[0], *(left for left, _, _ in self.rows)))
        lines = [("", *self.titles), *(("≠" if differs else "", left, right) for left, right, differs in self.rows)]
        return "\n".join(f"{mark:1} {left:{width}} │ {right}".rstrip() for mark, left, right in lines)

    def _repr_html_(self):
        head = "".join(f'<th style="text-align:left;padding:0 8px">{html.escape(title)}</th>' for title in self.titles)
        body = []
        for left, right, differs in self.rows:
            styles = CHANGED if differs else (CELL, CELL)
            cells = [
                f'<td style="{style}">{html.escape(text) or "&nbsp;"}</td>'
                for style, text in zip(styles, (left, right), strict=True)
            ]
            sign = f'<td style="{CELL}">{"≠" if differs else ""}</td>'
            body.append(f'<tr style="background:none">{sign}{"".join(cells)}</tr>')
        return f'<table style="border-collapse:collapse"><tr><th></th>{head}</tr>{"".join(body)}</table>'


def compare_code(before, after, titles=None):
    """Lay two functions side by side.

    Args:
        before, after: functions whose source Python can find, or source text.
        titles: two texts above the columns; None takes the functions' names.

    Returns:
        A `CodeComparison`.

    Raises:
        ValueError: source that cannot be found, such as that of a built-in function, or not two titles.
    """
    if titles is None:
        titles = tuple(getattr(code, "__name__", name) for code, name in ((before, "before"), (after, "after")))
    rule = "must be two texts, one for each column"
    titles = as_tuple("titles", titles, rule, str)
    if len(titles) != 2:
        raise ValueError(f"`titles` {rule}. Received: {titles!r}.")
    left, right = _lines(before), _lines(after)
    rows = []
    for _, i, i_end, j, j_end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        old, new = left[i:i_end], right[j:j_end]
        same = old == new
        height = max(len(old), len(new))
        old, new = (block + [""] * (height - len(block)) for block in (old, new))
        rows += [(a, b, not same) for a, b in zip(old, new, strict=True)]
    return CodeComparison(titles, tuple(rows))


def _lines(code):
    if not isinstance(code, str):
        try:
            code = inspect.getsource(code)
        except (OSError, TypeError):
            raise ValueError(
                f"The source of {code!r} cannot be found. Pass a function written in Python, or its text."
            ) from None
    return textwrap.dedent(code).strip("\n").splitlines()
