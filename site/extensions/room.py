"""`.. room:: wganlib.layers` lists what a room of the house shows, each name with its docstring."""

import importlib
import inspect
import re

import keras
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective


def setup(app):
    app.add_directive("room", Room)
    app.add_directive("names", Names)
    app.connect("autodoc-process-signature", sign)
    app.connect("autodoc-process-docstring", escape)
    return {"parallel_read_safe": True}


class Room(SphinxDirective):
    """The module's docstring, then every public name: classes, functions, modules, constants."""

    required_arguments = 1

    def run(self):
        module = importlib.import_module(self.arguments[0])
        lines = [f".. py:module:: {module.__name__}", "", *first_paragraph(module), ""]
        for name in shown_by(module):
            lines += entry(module, name)
        return self.parse_text_to_nodes(StringList(lines, source=module.__name__))


class Names(SphinxDirective):
    """`.. names::` the names of `wganlib.__all__`, each with its first sentence and a link to the whole."""

    def run(self):
        import wganlib

        lines = [".. list-table::", "   :widths: auto", ""]
        for name in wganlib.__all__:
            thing = getattr(wganlib, name)
            role = "mod" if inspect.ismodule(thing) else "class" if inspect.isclass(thing) else "func"
            target = thing.__name__ if inspect.ismodule(thing) else f"{room_of(name)}.{name}"
            sentence = " ".join(first_paragraph(thing)).partition(". ")[0].rstrip(".")
            lines += [f"   * - :py:{role}:`wl.{name} <{target}>`", f"     - {sentence}"]
        return self.parse_text_to_nodes(StringList(lines, source="wganlib"))


def shown_by(module):
    """The names that a module shows: its `__all__`, or the public functions and classes that are its own."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
    ]


def room_of(name):
    """The room that documents a name of `wganlib`: where it is listed, or its module."""
    import wganlib

    for room in ("training", "callbacks", "data", "diagnosis", "networks", "plots"):
        if name in importlib.import_module(f"wganlib.{room}").__all__:
            return f"wganlib.{room}"
    return getattr(wganlib, name).__module__


def entry(module, name):
    """The lines that document one name."""
    thing = getattr(module, name)
    if inspect.ismodule(thing):
        return [f".. automodule:: {thing.__name__}", "   :members:", ""]
    full = f"{module.__name__}.{name}"
    if inspect.isclass(thing):
        return [f".. autoclass:: {full}", "   :members:", ""]
    if inspect.isroutine(thing):
        return [f".. autofunction:: {full}", ""]
    return [f".. py:data:: {full}", f"   :value: {thing!r}", ""]


def first_paragraph(thing):
    """The docstring's first paragraph as lines."""
    text = inspect.getdoc(thing) or ""
    return escaped(text.partition("\n\n")[0]).splitlines()


def sign(app, what, name, thing, options, signature, annotation):
    """A class is called as its __init__ says; Keras' own __new__ takes anything."""
    if what != "class" or not issubclass(thing, keras.layers.Layer):
        return None
    own = inspect.signature(thing.__init__)
    return str(own.replace(parameters=list(own.parameters.values())[1:])), annotation


def escape(app, what, name, thing, options, lines):
    lines[:] = [escaped(line) for line in lines]


def escaped(text):
    """Docstrings are written for people: | and a lone * mean themselves there, *words* are stressed."""
    return re.sub(r"(?<![\w*])(\*[^*\s][^*]*\*)(?![\w*])|([|*])", lambda found: found[1] or "\\" + found[2], text)
