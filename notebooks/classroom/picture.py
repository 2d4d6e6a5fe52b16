"""A figure drawn with pyplot, shown with words for those who cannot see it."""

from __future__ import annotations

__all__ = ["picture"]


def picture(words: str) -> None:
    """Show pyplot's current figure and close it, as ``plt.show()`` does, with `words` as its alternative text.

    Parameters
    ----------
    words : str
        What a reader should take from the figure, in a sentence or two.
    """
    import matplotlib.pyplot as plt
    from IPython.core.pylabtools import print_figure
    from IPython.display import display

    figure = plt.gcf()
    drawn = print_figure(figure, fmt="png", bbox_inches="tight", base64=True)
    display({"image/png": drawn, "text/plain": words}, metadata={"image/png": {"alt": words}}, raw=True)
    plt.close(figure)
