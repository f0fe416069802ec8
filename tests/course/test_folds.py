import pytest

import wganlib as wl
from wganlib.course.folds import folded


@pytest.fixture
def shown(monkeypatch):
    found = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: found.append(data))
    return found


def test_what_is_printed_is_folded_and_kept_as_words(shown, capsys):
    with folded("Open <me>"):
        print("α < 0: 66 %")
    (data,) = shown
    assert data["text/html"] == "<details><summary>Open &lt;me&gt;</summary><pre>α &lt; 0: 66 %\n</pre></details>"
    assert data["text/plain"] == "α < 0: 66 %\n" and capsys.readouterr().out == ""


def test_a_report_stands_behind_it(shown):
    report = wl.diagnose({"wasserstein": [1.0] * 30})
    with folded("Report", report):
        pass
    (data,) = shown
    assert report._repr_html_() in data["text/html"] and "<pre>" not in data["text/html"]
    assert data["text/plain"] == str(report)


def test_an_error_in_the_block_is_not_swallowed(shown):
    with pytest.raises(ZeroDivisionError), folded():
        1 / 0  # noqa: B018
    assert not shown
