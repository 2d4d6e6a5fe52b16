"""What is declared about a data set."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..errors import TableError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KINDS", "Column", "Dataset", "read_declaration"]

# What a column holds, and its dtype where no value is missing; whole numbers with gaps become floats, so that every
# function takes them.
KINDS: Mapping[str, str] = MappingProxyType({"integer": "int64", "number": "float64", "text": "str"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a data set.

    Attributes
    ----------
    name : str
        Its name in the table.
    kind : {"integer", "number", "text"}
        What it holds.
    meaning : str
        What it says, in words.
    unit : str
        Its unit; empty for counts, and where there is none.
    gaps : bool
        Whether values are missing.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    gaps: bool = False

    @property
    def dtype(self) -> str:
        """The dtype that `load` gives the column."""
        return "float64" if self.kind == "integer" and self.gaps else KINDS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Dataset:
    """What is known about a data set; ``print`` shows it as a card.

    Attributes
    ----------
    name : str
        What `load` calls it.
    title : str
        What it holds, in a line.
    question : str
        What its authors asked.
    teaches : str
        What it is good to learn from.
    source : str
        The publication: authors, year, title, journal.
    doi : str
        Its DOI; empty where there is none.
    also : str
        A second publication, and what is from there; empty where there is none.
    origin : str
        How the numbers came here.
    measure : str
        The effect measure that the example pools.
    roles : mapping of str to str
        The number that an effect measure needs → the column that holds it, as keywords of `evidence.effect_sizes`;
        where effects stand in the table under other names, ``yi``, and ``vi`` or ``sei``. Empty where the table has
        ``yi`` and ``vi``, or where rows have to be rearranged first, as the example does.
    rows : int
        Number of rows.
    row : str
        What one row is.
    columns : tuple of Column
        The columns, in the table's order.
    example : str
        Python that runs as it stands.
    output : str
        What it prints.
    published : str
        Which of the printed numbers have been published, and where.
    pools_whole : bool
        Whether all rows make one analysis as they stand; else rows have to be chosen or rearranged first, as the
        example does.
    """

    name: str
    title: str
    question: str
    teaches: str
    source: str
    doi: str
    origin: str
    measure: str
    roles: Mapping[str, str]
    rows: int
    row: str
    columns: tuple[Column, ...]
    example: str
    output: str
    published: str
    also: str = ""
    pools_whole: bool = True

    @property
    def has_effects(self) -> bool:
        """Whether effects stand in the table, so that none has to be computed before pooling.

        Examples
        --------
        >>> from evidence.datasets import describe
        >>> describe("raudenbush1985").has_effects, describe("bcg").has_effects
        (True, False)
        """
        return "yi" in {column.name for column in self.columns} | set(self.roles)

    def __str__(self) -> str:
        """Return the card, at most 80 columns wide."""
        from .show import as_text

        return as_text(self)

    def __repr__(self) -> str:
        """Return a line."""
        return f"<Dataset {self.name}: {self.title}; {self.rows} rows, {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        from .show import as_html

        return as_html(self)


def read_declaration(name: str, found: Mapping[str, Any]) -> Dataset:
    """Return a declaration from what its TOML file holds.

    Parameters
    ----------
    name : str
        The name of the data set.
    found : mapping
        The file's content: the attributes of `Dataset` but for the name.

    Returns
    -------
    Dataset

    Raises
    ------
    TableError
        If a key is missing or unknown, or a column's kind is.
    """
    try:
        columns = tuple(Column(**column) for column in found["columns"])
        roles = MappingProxyType(dict(found.get("roles", {})))
        rest = {key: value for key, value in found.items() if key not in {"columns", "roles"}}
        dataset = Dataset(name=name, columns=columns, roles=roles, **rest)
    except (KeyError, TypeError) as error:
        raise TableError(f"the declaration of the data set {name} is damaged: {error}") from error
    odd = [column.name for column in columns if column.kind not in KINDS]
    if odd:
        raise TableError(f"the declaration of the data set {name} gives no known kind for {', '.join(odd)}")
    return dataset
