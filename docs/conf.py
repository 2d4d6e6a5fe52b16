"""Configuration of the documentation: ``make docs`` builds it into build/docs."""

from __future__ import annotations

import sys
from pathlib import Path

import evidence

sys.path.insert(0, str(Path(__file__).resolve().parent / "_ext"))

project = "evidence"
author = "The authors of the evidence base"
copyright = "the authors; text and data CC BY 4.0"  # noqa: A001 - the name is Sphinx's
release = version = evidence.__version__

extensions = [
    "citations",
    "mathml",
    "offline",
    "reference",
    "repository",
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "sphinxcontrib.bibtex",
]
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
# Pages set their own quotation marks and dashes; two hyphens are an option of a command.
smartquotes = False

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 4
# Notebooks are shown as they are stored; that a fresh run prints the very same is proved by the tests.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_code_prompt_show = "Show the solution"
nb_code_prompt_hide = "Hide the solution"

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "author_year_round"

# What stands in single backticks in a docstring is code, as in Markdown.
default_role = "literal"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "none"
python_maximum_signature_line_length = 100
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

# The colours and fonts are those of the report (evidence/report/site/assets/style.css); fonts are the reader's own.
_SERIF = (
    'Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Georgia, "Noto Serif", "DejaVu Serif", serif'
)
_SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif'
_MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'

html_theme = "furo"
html_title = "evidence"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {
        "font-stack": _SANS,
        "font-stack--monospace": _MONO,
        "font-serif": _SERIF,
        "color-brand-primary": "#14518a",
        "color-brand-content": "#14518a",
        "color-brand-visited": "#14518a",
        "color-foreground-primary": "#1d2125",
        "color-foreground-secondary": "#575f68",
        "color-background-primary": "#ffffff",
        "color-background-secondary": "#f6f5f2",
        "color-background-border": "#d9dcdf",
        "color-code-background": "#f6f5f2",
        "color-api-name": "#14518a",
        "color-api-pre-name": "#575f68",
    },
    "dark_css_variables": {
        "color-brand-primary": "#8fc0ee",
        "color-brand-content": "#8fc0ee",
        "color-brand-visited": "#8fc0ee",
        "color-foreground-primary": "#e7e9eb",
        "color-foreground-secondary": "#a7afb8",
        "color-background-primary": "#15181b",
        "color-background-secondary": "#1e2226",
        "color-background-border": "#343a41",
        "color-code-background": "#1e2226",
        "color-api-name": "#8fc0ee",
        "color-api-pre-name": "#a7afb8",
    },
}
html_static_path = ["_static"]
html_css_files = ["evidence.css"]
