"""Sphinx settings. Pages build offline: no theme font, script or inventory is fetched."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "cartpk"
author = "The cartpk developers"
copyright = "The cartpk developers"
version = release = installed_version("cartpk")

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_nb", "from_code"]
exclude_patterns = ["_build", "_extensions"]
html_theme = "furo"
html_title = "cartpk"
html_static_path: list[str] = []

default_role = "literal"
nitpicky = False
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_type_aliases = {"ArrayLike": "ArrayLike", "Floats": "Floats"}
python_use_unqualified_type_names = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# The notebook is kept without outputs; building the pages runs it, and a cell that fails fails the build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
