"""`{explorer} PenaltyExplorer` puts an explorer into a page that is not a chapter."""

from docutils import nodes
from explorer_html import explorer_html
from sphinx.util.docutils import SphinxDirective


def setup(app):
    app.add_directive("explorer", ExplorerDirective)
    return {"parallel_read_safe": True}


class ExplorerDirective(SphinxDirective):
    """Takes the name of the explorer's class."""

    required_arguments = 1

    def run(self):
        top = "../" * self.env.docname.count("/")
        return [nodes.raw("", explorer_html(self.arguments[0], top), format="html")]
