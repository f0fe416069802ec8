"""The site: `make site` builds it from the committed chapters, the docstrings and the pages beside this file."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE / "extensions")]

from address import public_address  # noqa: E402

import wganlib  # noqa: E402 - before Keras, and from this clone

project = "wganlib"
author = "The wganlib authors"
version = release = wganlib.__version__
html_title = "A Wasserstein GAN course"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "myst_nb",
    "chapters",  # from here on our own, in extensions/
    "explorer_pictures",
    "explorer_directive",
    "room",
    "playground",
    "source_maps",
]
exclude_patterns = ["extensions", "playground", "**/.ipynb_checkpoints"]
suppress_warnings = ["misc.highlighting_failure"]  # a code block may leave something out (…)
templates_path = ["_templates"]

# Chapters are shown as they were run. What would be loaded from elsewhere is not needed: explorers are ours.
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3

default_role = "code"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_use_ivar = True
napoleon_use_rtype = False
add_module_names = False

# One classic script with its fonts inside: pages work from a folder, without a network.
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"svg": {"fontCache": "global"}, "options": {"enableMenu": False}}

html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["local_search.js", "scrolling_boxes.js", "explorer.js", "quiz.js"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "WGAN course"},
    "navbar_align": "left",
    "show_nav_level": 1,
    "show_toc_level": 1,
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
}
html_context = {"default_mode": "auto"}
html_sidebars = {"index": [], "changelog": [], "measurements": [], "playground": []}
copyright = "The wganlib authors, MIT licence; the digits are MNIST, © Yann LeCun and Corinna Cortes, CC BY-SA 3.0"
if public_address():
    html_theme_options["github_url"] = public_address()
