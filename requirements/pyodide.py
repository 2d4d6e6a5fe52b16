"""Write requirements/pyodide.txt: ``python requirements/pyodide.py path/to/pyodide-lock.json``.

The lock file is part of every release of Pyodide (the npm package of that name holds it). Take the release that the
pinned jupyterlite-pyodide-kernel was made for (`jupyterlite_pyodide_kernel.constants.PYODIDE_VERSION`).
"""

import json
import re
import sys
from pathlib import Path

from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

FOLDER = Path(__file__).resolve().parent


def main() -> None:
    """Keep, of the packages in the lock file, those that we need in any way."""
    lock = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    pinned = "".join((FOLDER / name).read_text(encoding="utf-8") for name in ("run.txt", "dev.txt", "browser.txt"))
    needed = re.findall(r"^([a-z0-9.-]+)==", pinned, flags=re.MULTILINE)
    versions = {
        re.sub(r"[-_.]+", "-", package["name"]).lower(): package["version"]
        for package in lock["packages"].values()
        if package["package_type"] == "package" and package["file_name"].endswith(".whl")
    }
    lines = [f"{name}=={versions[name]}" for name in sorted({*needed} & {*versions})]
    header = f"# What Pyodide {PYODIDE_VERSION} brings of all that we may need. Written by requirements/pyodide.py.\n"
    (FOLDER / "pyodide.txt").write_text(header + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
