"""Output that a reader opens: what gives an answer away is out of sight until it is asked for."""

import contextlib
import html
import io


@contextlib.contextmanager
def folded(summary="What it shows", *reports):
    """Fold what is printed in the block, and `reports` behind it, under one line: `with course.folded(): print(…)`.

    Args:
        summary: the line.
        reports: objects that a notebook shows, such as a `Diagnosis`.
    """
    from IPython.display import display

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        yield
    text = printed.getvalue()
    shown = [f"<pre>{html.escape(text)}</pre>"] * bool(text) + [report._repr_html_() for report in reports]
    data = {
        "text/html": f"<details><summary>{html.escape(summary)}</summary>{''.join(shown)}</details>",
        "text/plain": text + "\n".join(map(repr, reports)),
    }
    display(data, raw=True)
