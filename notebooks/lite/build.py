"""Build the notebooks for a browser alone: ``make lite`` writes build/lite, a site of plain files.

The site carries JupyterLite, the notebooks, the wheel of this project, and those of its requirements that are pure Python
and that Pyodide does not bring. Pyodide itself (Python, numpy, pandas, scipy, statsmodels, matplotlib, biopython, lxml) is
loaded by the reader's browser from Pyodide's own address, unless ``--pyodide`` names a copy to carry along.
Look at it with ``python -m http.server --directory build/lite``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyterlite_pyodide_kernel.constants import PYODIDE_KERNEL_PLUGIN_ID, PYODIDE_PYTHON_VERSION
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
REQUIREMENTS = ROOT / "requirements"
_PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==", re.MULTILINE)
# What serves other systems only.
_NOT_NEEDED = {"colorama", "pexpect", "ptyprocess"}
# What is neither in the site nor in Pyodide is an error of the build, not a question to a package index.
_ONLY_OURS = {"disablePyPIFallback": True}
_INSTALL = """\
# In the browser: install the toolkit, once a session. It takes a minute the first time.
%pip install -q microneedling-evidence ipython"""


def main() -> None:
    """Build the site."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "lite", help="the folder to write anew")
    parser.add_argument(
        "--pyodide", type=Path, help="the unpacked release of Pyodide to carry along, for a site that needs no network"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wheels = fetch_wheels(folder / "wheels")
        contents = copy_notebooks(folder / "contents")
        build_site(folder, wheels, contents, options.out, options.pyodide)
    print(f"{options.out}: {len(wheels)} wheels, {len(list((options.out / 'files').glob('*.ipynb')))} notebooks")


def pure_requirements() -> list[str]:
    """Return the names of our requirements that Pyodide does not bring: they have to be pure Python."""
    ours, brought = (
        set(_PINNED.findall((REQUIREMENTS / name).read_text(encoding="utf-8")))
        for name in ("browser.txt", "pyodide.txt")
    )
    return sorted(ours - brought - _NOT_NEEDED)


def fetch_wheels(folder: Path) -> list[Path]:
    """Build the wheel of the project, and download those of its pure requirements at their pinned hashes."""
    pinned = re.split(r"\n(?=\S)", (REQUIREMENTS / "browser.txt").read_text(encoding="utf-8"))
    wanted = tuple(f"{name}==" for name in pure_requirements())
    target = ["--only-binary", ":all:", "--python-version", PYODIDE_PYTHON_VERSION]
    chosen = folder.parent / "requirements.txt"
    chosen.write_text("\n".join(line for line in pinned if line.startswith(wanted)), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--quiet"]
    subprocess.run(
        [*pip, "download", "--no-deps", *target, "--require-hashes", "-r", chosen, "-d", folder],
        check=True,
    )
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    wheels = sorted(folder.glob("*.whl"))
    if unfit := [wheel.name for wheel in wheels if not wheel.name.endswith("-none-any.whl")]:
        raise SystemExit(f"Not pure Python, so not for a browser: {', '.join(unfit)}. See requirements/pyodide.txt.")
    return wheels


def copy_notebooks(folder: Path) -> Path:
    """Copy the notebooks, each with a first cell that installs the toolkit, and what they share."""
    folder.mkdir()
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(0, new_code_cell(_INSTALL, id="install"))
        notebook.metadata["kernelspec"] = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
        # Not by nbformat, which splits texts into lines: the browser shows stored results as they are in the file.
        (folder / path.name).write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    shutil.copytree(NOTEBOOKS / "classroom", folder / "classroom", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def build_site(folder: Path, wheels: list[Path], contents: Path, out: Path, pyodide: Path | None) -> None:
    """Run JupyterLite's own build in a folder of its own, then move the site to its place."""
    config = {
        "LiteBuildConfig": {
            "contents": [str(contents)],
            "federated_extensions": [str(_extension())],
            "ignore_sys_prefix": ["federated_extensions"],  # not what happens to be installed beside it
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        },
        "PipliteAddon": {"piplite_urls": [str(wheel) for wheel in wheels]},
    }
    plugins = {"litePluginSettings": {PYODIDE_KERNEL_PLUGIN_ID: _ONLY_OURS}}
    settings = {"jupyter-lite-schema-version": 0, "jupyter-config-data": plugins}
    (folder / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
    if pyodide:
        shutil.copytree(pyodide, folder / "static" / "pyodide")
    (folder / "jupyter_lite_config.json").write_text(json.dumps(config), encoding="utf-8")
    command = [sys.executable, "-m", "jupyter", "lite", "build", "--output-dir", folder / "site"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONWARNINGS": "ignore"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"JupyterLite could not build the site:\n{done.stdout}\n{done.stderr}")
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder / "site", out)


def _extension() -> Path:
    """Return the folder of the kernel's extension, which is installed beside this Python."""
    return Path(sys.prefix) / "share" / "jupyter" / "labextensions" / PYODIDE_KERNEL_PLUGIN_ID.split(":")[0]


if __name__ == "__main__":
    main()
