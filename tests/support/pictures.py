"""Figures compared with kept pictures of them.

A kept picture is small (60 dpi) and lies in ``tests/plot/pictures``. Marks are compared strictly: everything outside
the boxes of texts, after averaging three by three pixels. Texts are compared loosely, after averaging seven by seven,
because another build of FreeType draws the same letters a little differently; so loosely that one digit for another is
not seen. What the texts say is therefore kept in the file as well, and compared exactly. ``EVIDENCE_WRITE_PICTURES=1``
writes the pictures anew; look at them before keeping them.
"""

from __future__ import annotations

import io
import os
import tempfile
import warnings
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from evidence.plot.page.canvas import own_settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 60
FOLDER = Path(__file__).parents[1] / "plot" / "pictures"
LARGEST = 40_000  # bytes
TEXTS = "texts"  # the part of the file that holds what they say
# In levels of 0 to 255, after averaging.
STRONG = 12.0  # no pixel of a mark differs by more
WEAK, WEAK_SHARE = 5.0, 0.002  # and no more than this share of all pixels by that much
RMS = 1.5
TEXT = 15.0  # no pixel of a text differs by more, after averaging a wider neighbourhood


def assert_picture(figure: Figure, name: str, *, folder: Path = FOLDER) -> None:
    """Fail unless `figure` looks like the picture kept as `name`.

    Parameters
    ----------
    figure : Figure
        A figure of this package.
    name : str
        The picture's file name without suffix.
    folder : Path
        Where the pictures are.
    """
    path = folder / f"{name}.png"
    image = rendered(figure)
    if os.environ.get("EVIDENCE_WRITE_PICTURES") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_png(image, texts(figure)))
        size = path.stat().st_size
        assert size <= LARGEST, f"{name}.png has {size} bytes; keep a smaller figure (at most {LARGEST})"
        return
    assert path.is_file(), f"no picture {path.name}; write it with EVIDENCE_WRITE_PICTURES=1 and look at it"
    with Image.open(path) as kept_file:
        kept, said = np.asarray(kept_file.convert("RGB"), dtype=np.uint8), kept_file.info.get(TEXTS, "")
    faults, far = differences(image, kept, text_boxes(figure))
    faults += other_words(texts(figure), said)
    if faults:
        where = _report(image, far, name)
        raise AssertionError(f"{name} looks otherwise: {'; '.join(faults)}. Actual picture and difference: {where}")


def rendered(figure: Figure) -> np.ndarray:
    """Return the figure at 60 dpi, as rows of red, green and blue."""
    buffer = io.BytesIO()
    with own_settings():
        figure.savefig(buffer, format="png", dpi=DPI, facecolor=figure.get_facecolor())
    buffer.seek(0)
    with Image.open(buffer) as image:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)


def texts(figure: Figure) -> str:
    """Return what the texts of a figure say, a line each, in the order in which they are drawn."""
    from matplotlib.text import Text

    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return "\n".join(text.get_text() for text in sorted(found, key=lambda text: text.get_zorder()))


def other_words(now: str, kept: str) -> list[str]:
    """Return which texts are not those of the kept picture."""
    # Two lines of names of files come first.
    changed = list(unified_diff(kept.split("\n"), now.split("\n"), n=0, lineterm=""))[2:]
    return [f"its texts changed: {' | '.join(line for line in changed if line[0] != '@')}"] if changed else []


def text_boxes(figure: Figure) -> list[tuple[int, int, int, int]]:
    """Return left, top, right and bottom of each text, in pixels of the picture, with a pixel to spare."""
    from matplotlib.text import Text

    height = round(figure.get_size_inches()[1] * DPI)
    boxes = []
    with own_settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        for text in figure.findobj(Text):
            if not text.get_visible() or not text.get_text().strip():
                continue
            box = text.get_window_extent(figure.canvas.get_renderer(), dpi=DPI)
            left, right = int(box.x0) - 1, int(np.ceil(box.x1)) + 1
            boxes.append((max(left, 0), max(height - int(np.ceil(box.y1)) - 1, 0), right, height - int(box.y0) + 1))
    return boxes


def differences(
    image: np.ndarray, kept: np.ndarray, boxes: list[tuple[int, int, int, int]]
) -> tuple[list[str], np.ndarray]:
    """Return what is wrong in words, and how far each pixel is off."""
    if image.shape != kept.shape:
        size, before = (f"{shape[1]}×{shape[0]}" for shape in (image.shape, kept.shape))
        return [f"its size is {size} pixels and was {before}"], np.zeros(image.shape[:2])
    actual, expected = image.astype(float), kept.astype(float)
    far = np.abs(_averaged(actual, 1) - _averaged(expected, 1)).max(axis=2)
    wide = np.abs(_averaged(actual, 3) - _averaged(expected, 3)).max(axis=2)
    faults, marks = [], far.copy()
    for left, top, right, bottom in boxes:
        apart = wide[top:bottom, left:right].max(initial=0.0)
        if apart > TEXT:
            faults.append(f"the text at ({left}, {top}) px is off by {apart:.0f} levels")
        marks[top:bottom, left:right] = 0.0
    worst = np.unravel_index(int(marks.argmax()), marks.shape)
    if marks[worst] > STRONG:
        faults.append(f"the pixel at ({worst[1]}, {worst[0]}) is off by {marks[worst]:.0f} levels")
    share = float((marks > WEAK).mean())
    if share > WEAK_SHARE:
        faults.append(f"{100 * share:.2g}% of the pixels are off by more than {WEAK:g} levels")
    rms = float(np.sqrt((marks**2).mean()))
    if rms > RMS:
        faults.append(f"the root mean square of the differences is {rms:.2g} levels")
    return faults, far


def _averaged(image: np.ndarray, reach: int) -> np.ndarray:
    """Return each pixel's mean with its neighbours up to `reach` pixels away."""
    padded = np.pad(image, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    rows, columns = image.shape[:2]
    side = 2 * reach + 1
    across = sum(padded[:, x : x + columns] for x in range(side))
    return sum(across[y : y + rows] for y in range(side)) / side**2


def _png(image: np.ndarray, said: str) -> bytes:
    words = PngInfo()
    words.add_itxt(TEXTS, said, zip=True)
    buffer = io.BytesIO()
    Image.fromarray(image).quantize(64, dither=Image.Dither.NONE).save(
        buffer, format="png", optimize=True, pnginfo=words
    )
    small = buffer.getvalue()
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="png", optimize=True, pnginfo=words)
    # Few colours only where that changes nothing to speak of: a picture of many shades keeps them all.
    with Image.open(io.BytesIO(small)) as few:
        off = np.abs(np.asarray(few.convert("RGB"), dtype=float) - image).max()
    return small if off <= WEAK and len(small) < len(buffer.getvalue()) else buffer.getvalue()


def _report(image: np.ndarray, far: np.ndarray, name: str) -> Path:
    folder = Path(tempfile.gettempdir()) / "evidence-pictures"
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(folder / f"{name}-actual.png")
    Image.fromarray(np.clip(255 - 4 * far, 0, 255).astype(np.uint8)).save(folder / f"{name}-difference.png")
    return folder / f"{name}-actual.png"
