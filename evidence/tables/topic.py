"""What a review adds to the declared tables: its units, thresholds, conditions, designs, and columns of its own.

The toolkit knows only what every review has. A protocol names the rest, and `review_tables` makes of it the tables
that this one review is validated by, documented by and published with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .definitions import TABLES
from .schema import Column, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = [
    "BUILT_IN",
    "COLUMN_TYPES",
    "PAIRED_DESIGNS",
    "Condition",
    "Design",
    "ExtraColumn",
    "Threshold",
    "Unit",
    "review_tables",
    "with_built_in",
]

PAIRED_DESIGNS = ("split-body", "within-person")
COLUMN_TYPES = ("text", "id", "category", "integer", "number", "list", "date", "boolean")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit in which outcomes are printed.

    Attributes
    ----------
    id : str
        As it stands in the tables. One that begins with ``percent-of-`` is a share.
    label : str
        As people write it; the id where it is empty.
    pint : str
        What it is in terms that the library pint knows, as ``1 / centimeter ** 2``; empty where nothing converts into
        it or out of it.
    """

    id: str
    label: str = ""
    pint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """From where on somebody counts as a responder.

    Attributes
    ----------
    id : str
        As it stands in the column ``threshold`` of the outcomes.
    label : str
        As people write it; the id where it is empty.
    """

    id: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition that the people of a trial have.

    Attributes
    ----------
    id : str
        As it stands in the column ``condition`` of the studies.
    label : str
        As people write it; the id where it is empty.
    """

    id: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A design under the name that its field gives it.

    Attributes
    ----------
    id : str
        As it stands in the column ``design`` of the studies.
    label : str
        As people write it; the id where it is empty.
    like : str
        The general design whose rules it obeys.
    """

    id: str
    label: str = ""
    like: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraColumn:
    """A column that one review needs in one table.

    Attributes
    ----------
    id : str
        Table and name, as ``arms.dose_mg`` or ``studies.latitude``.
    type : str
        What its values are.
    meaning : str
        A sentence for the data dictionary.
    after : str
        The column that it stands behind; the table's last one where it is empty.
    unit : str
        The unit of its values, for the data dictionary.
    example : str
        A value, for the data dictionary.
    allowed : tuple of str
        The values of a ``category``.
    minimum : float, optional
        The lowest number that it may hold.
    maximum : float, optional
        The highest number that it may hold.
    above : float, optional
        A number that all its values are above.
    required : bool
        Whether every row must have a value.
    """

    id: str
    type: str
    meaning: str
    after: str = ""
    unit: str = ""
    example: str = ""
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    required: bool = False

    @property
    def table(self) -> str:
        """The table's name."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The column's name."""
        return self.id.partition(".")[2]

    @property
    def column(self) -> Column:
        """The column as tables declare it; a whole number is not negative unless it says so."""
        minimum = 0 if self.type == "integer" and self.minimum is None else self.minimum
        return Column(
            name=self.name,
            type=self.type,  # type: ignore[arg-type]
            meaning=self.meaning,
            example=self.example,
            unit=self.unit,
            allowed=self.allowed,
            minimum=minimum,
            maximum=self.maximum,
            above=self.above,
            required=self.required,
        )


BUILT_IN: dict[str, tuple[Unit | Threshold | Condition | Design, ...]] = {
    "units": (
        Unit(id="percent-of-baseline", label="% of baseline"),
        Unit(id="percent-of-patients", label="% of patients"),
        Unit(id="patients"),
        Unit(id="points"),
        Unit(id="not-stated"),
    ),
    "thresholds": (Threshold(id="not-defined"),),
    "conditions": (Condition(id="mixed"), Condition(id="not-stated")),
    "designs": tuple(
        Design(id=name, like=name)
        for name in (
            "parallel",
            "split-body",
            "within-person",
            "crossover",
            "cohort",
            "single-arm",
            "not-a-trial",
            "not-stated",
        )
    ),
}


def with_built_in(part: str, declared: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the ids of a part of the protocol with those that every review has.

    Examples
    --------
    >>> with_built_in("conditions", ["asthma"])
    ('asthma', 'mixed', 'not-stated')
    """
    return tuple(dict.fromkeys([*declared, *(entry.id for entry in BUILT_IN.get(part, ()))]))


def review_tables(
    vocabularies: Mapping[str, Collection[str]] | None = None, tables: Mapping[str, Table] = TABLES
) -> dict[str, Table]:
    """Return the tables of one review: the declared ones with its vocabularies and its own columns.

    Parameters
    ----------
    vocabularies : mapping of str to collection of str, optional
        What the protocol says of its tables (`Protocol.vocabularies`): its ids by part; a category of a part left out
        admits anything. ``columns`` maps ids to the review's own columns; several behind one column keep their order.
    tables : mapping of str to Table
        The declared tables.

    Examples
    --------
    >>> dose = ExtraColumn(id="arms.dose_mg", type="number", meaning="Dose.", after="device", above=0)
    >>> names = review_tables({"columns": {"arms.dose_mg": dose}})["arms"].names
    >>> names[names.index("device") + 1]
    'dose_mg'
    """
    known = vocabularies or {}
    columns = known.get("columns")
    extra = list(columns.values()) if isinstance(columns, Mapping) else []
    return {
        name: replace(
            table,
            columns=tuple(_placed(table.columns, [entry for entry in extra if entry.table == name], known)),
        )
        for name, table in tables.items()
    }


def _placed(
    columns: tuple[Column, ...], extra: list[ExtraColumn], vocabularies: Mapping[str, Collection[str]]
) -> Iterator[Column]:
    """Yield the columns of a table, each followed by the review's own ones that stand behind it."""
    behind: dict[str, list[ExtraColumn]] = {}
    for entry in extra:
        behind.setdefault(entry.after or columns[-1].name, []).append(entry)

    def followers(name: str) -> Iterator[Column]:
        for entry in behind.get(name, ()):
            yield entry.column
            yield from followers(entry.name)

    for column in columns:
        known = vocabularies.get(column.vocabulary)
        yield replace(column, allowed=tuple(known)) if column.type == "category" and known else column
        yield from followers(column.name)
