"""What only the chapters need: their set-up, exercises' checks, explorers, quizzes, drawn figures and records.

The library does not import it, and `import wganlib` does not load it.
"""

from wganlib.course import checks, convolution, dirac_gan, widgets
from wganlib.course.article_log import load_article_log
from wganlib.course.code_diff import compare_code
from wganlib.course.figures import load_figure
from wganlib.course.folds import folded
from wganlib.course.quizzes import quiz
from wganlib.course.records import load_record
from wganlib.course.set_up import start

__all__ = [
    "checks",
    "compare_code",
    "convolution",
    "dirac_gan",
    "folded",
    "load_article_log",
    "load_figure",
    "load_record",
    "quiz",
    "start",
    "widgets",
]
