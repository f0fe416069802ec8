"""Puts the playground, static files but for where they lead, beside the pages; its page exists where it does."""

import shutil
from pathlib import Path

# Where the page leads in a clone, and where beside the site's pages.
LINKS = {"../../notebooks/NAME.ipynb": "../chapters/NAME.html", "../../README.md": "../index.html"}


def setup(app):
    app.connect("config-inited", choose_page)
    app.connect("source-read", leave_out)
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True}


def is_there(app):
    return (Path(app.srcdir) / "playground" / "index.html").is_file()


def choose_page(app, config):
    if is_there(app):
        app.tags.add("playground")
    else:
        config.exclude_patterns.append("playground.md")


def leave_out(app, name, source):
    """Nothing leads to the page where it does not exist."""
    if name == "index" and not is_there(app):
        source[0] = source[0].replace("\nplayground\n", "\n")


def copy(app, exception):
    if exception is None and app.builder.format == "html" and is_there(app):
        copy_for_site(Path(app.srcdir) / "playground", Path(app.outdir) / "playground")


def copy_for_site(source, target):
    shutil.copytree(source, target, dirs_exist_ok=True)
    text = (source / "index.html").read_text(encoding="utf-8")
    for in_clone, on_site in LINKS.items():
        text = text.replace(in_clone, on_site)
    (target / "index.html").write_text(text, encoding="utf-8")
