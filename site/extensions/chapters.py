"""The chapters as pages: a copy of each notebook with its committed outputs, changed where a page has no kernel."""

import json
import re
from pathlib import Path

from address import public_address
from alt_texts import describe_figures
from explorer_html import explorer_html
from quiz_page import quiz_html

ROOT = Path(__file__).resolve().parents[2]
BADGE = re.compile(r"\[!\[Open in Colab\]\([^)]*\)\]\([^)]*\)\n*")
QUIZ = re.compile(r"course\.quiz\(\"(\d\d)\"\)")
HEADING_LINK = re.compile(r"(?<=\]\()(?:\d\d_\w+\.ipynb)?#[^)\s]+(?=\))")
EXPLORER = re.compile(r"^(\w*Explorer): ")


def setup(app):
    app.connect("config-inited", bring_chapters)
    return {"parallel_read_safe": True}


def bring_chapters(app, config):
    """Write chapters/ beside the other pages' sources; what has not changed is not written, and so not read again."""
    folder = Path(app.srcdir) / "chapters"
    folder.mkdir(exist_ok=True)
    names = set()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        names.add(path.name)
        page = json.dumps(as_page(json.loads(path.read_text(encoding="utf-8")), path.name), ensure_ascii=False)
        copy = folder / path.name
        if not copy.is_file() or copy.read_text(encoding="utf-8") != page:
            copy.write_text(page, encoding="utf-8")
    for left in folder.glob("*.ipynb"):
        if left.name not in names:
            left.unlink()


def as_page(notebook, name):
    """A notebook (as JSON holds it) as the site shows it; `name` is its file's."""
    cells = notebook["cells"]
    for cell in cells:
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            # JupyterLab's heading is #The-map, MyST's #the-map.
            cell["source"] = HEADING_LINK.sub(lambda link: link[0].lower(), cell["source"])
            cell["source"] = cell["source"].replace("](../images/", "](../../images/")  # the copy lies a folder deeper
    cells[0]["source"] = with_links(cells[0]["source"], name)
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    tag(code[0], "hide-input")  # the set-up, the same in every chapter
    for cell in code:
        if cell["metadata"].get("jupyter", {}).get("source_hidden"):
            tag(cell, "hide-input")
        cell["outputs"] = [shown for output in cell["outputs"] for shown in as_shown(output, cell["source"])]
    describe_figures(cells)
    return notebook


def with_links(source, name):
    """The first cell, with links for the badge: to Colab where the address is known, and to the file."""
    title, _, rest = BADGE.sub("", source).partition("\n")
    links = [f"{{download}}`Download this notebook <../../notebooks/{name}>`"]
    address = public_address()
    if address:
        place = address.removeprefix("https://github.com/")
        links.insert(0, f"[Open in Colab](https://colab.research.google.com/github/{place}/blob/main/notebooks/{name})")
    return f"{title}\n\n:::{{container}} chapter-links\n{' · '.join(links)}\n:::\n\n{rest.strip()}"


def tag(cell, name):
    cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), name]


def as_shown(output, source):
    """What the page shows for one output: a list of outputs."""
    data = output.get("data", {})
    explorer = EXPLORER.match("".join(data.get("text/plain", "")))
    if explorer:
        return [html_output(explorer_html(explorer[1], "../"))]
    quiz = QUIZ.search(source)
    if quiz and "text/html" in data:
        is_style = "".join(data["text/html"]).lstrip().startswith("<style")
        return [] if is_style else [html_output(quiz_html(quiz[1]))]
    if quiz and "application/javascript" in data:
        return []
    return [output]


def html_output(html):
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
