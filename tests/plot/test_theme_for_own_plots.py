"""The theme for plots of one's own: the preset's inks and sizes inside, and nothing left behind."""

from __future__ import annotations

import matplotlib as mpl
import pytest
import seaborn as sns
from matplotlib.figure import Figure

from evidence.errors import OptionError
from evidence.plot import theme
from evidence.plot.page.style import style_for


@pytest.mark.parametrize("preset", ["house", "revman5", "jama", "bmj", "cochrane"])
def test_inside_are_the_inks_and_sizes_of_the_preset(preset) -> None:
    style = style_for(preset, 84)
    with theme(preset, width_mm=84) as palette:
        axes = Figure().add_subplot()
        (line,) = axes.plot([0, 1], [0, 1])
        axes.set_xlabel("x")
        assert mpl.colors.to_hex(line.get_color()) == style.study
        assert axes.xaxis.label.get_size() == style.size
        assert not axes.spines["top"].get_visible()
        assert axes.figure.get_size_inches()[0] * 25.4 == pytest.approx(84)
    assert [mpl.colors.to_hex(colour) for colour in palette[:1]] == [style.study]
    assert sns.color_palette("colorblind").as_hex()[-1] in palette.as_hex()


def test_the_settings_of_the_user_come_back_even_after_an_error() -> None:
    before = dict(mpl.rcParams)
    with pytest.raises(KeyError), theme():
        raise KeyError
    assert dict(mpl.rcParams) == before


def test_an_unknown_preset_lists_those_that_there_are() -> None:
    with pytest.raises(OptionError, match="house"), theme("nature"):
        pass
