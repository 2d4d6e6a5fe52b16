"""``evidence bias``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .legible import LegibleGroup
from .shared import JsonOption, ProjectOption, console, counted, error_console, open_base, print_json
from .values import one_of, outcome_ids, study_ids

if TYPE_CHECKING:
    from ..base import EvidenceBase
    from ..curate.bias import BiasJudgement

__all__ = ["register"]

_EPILOG = (
    "Examples: evidence bias · evidence bias Dhurat2013 · evidence bias questions rob2 --variant crossover · "
    "evidence bias form Dhurat2013 --assessor AB --out form.csv · evidence bias record form.csv"
)
_Study = Annotated[
    str,
    typer.Argument(
        help="A trial; `evidence bias` lists those that were judged.", metavar="STUDY", autocompletion=study_ids
    ),
]
_TOOLS = one_of("rob2", "robins-i")
_Tool = Annotated[str, typer.Option("--tool", help="rob2 or robins-i.", show_default=False, autocompletion=_TOOLS)]
_Variant = Annotated[
    str,
    typer.Option(
        "--variant",
        help="rob2: parallel, crossover, cluster; robins-i: 2016, v2; with -adherence.",
        show_default=False,
        autocompletion=one_of("parallel", "crossover", "cluster", "2016", "v2"),
    ),
]
_File = Annotated[Path, typer.Argument(help="A form that was filled in.", metavar="FILE")]
_Out = Annotated[Path, typer.Option("--out", "-o", help="The CSV file to write.")]
_OutOrScreen = Annotated[Path | None, typer.Option("--out", "-o", help="A CSV file; else to the screen.")]
_Outcome = Annotated[
    str, typer.Option("--outcome", help="An outcome of the protocol, or all.", autocompletion=outcome_ids)
]

_WIDE = 76
_LEGEND = (
    "+ L low   ~ S some concerns   ~ M moderate\n"
    "− H high   − S serious   ! C critical\n"
    "? no information, which is not low (RoB 2: not assessed)\n"
    "· not assessed   / assessors do not agree\n"
    "Judgements on record; `evidence bias TRIAL` shows what follows from the answers."
)


class _Group(LegibleGroup):
    """A group in which a word that is no command is taken for a trial."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["show", *args]
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Return the commands and trials that could stand here."""
        item = type(super().shell_complete(ctx, "")[0])  # the class has moved between releases of typer
        found = super().shell_complete(ctx, incomplete)
        return [*found, *(item(name) for name in study_ids(incomplete, ctx))]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    group = typer.Typer(cls=_Group, invoke_without_command=True, epilog=_EPILOG)

    @group.callback()
    def overview(ctx: typer.Context, project: ProjectOption = None, as_json: JsonOption = False) -> None:
        """Show the risk of bias of every trial: by domain, as signs and letters; what nobody judged stays a dot.

        With a trial: its domains, answers and the way to each proposal.
        """
        ctx.obj = {"project": project, "as_json": as_json}
        if ctx.invoked_subcommand is None:
            _overview(open_base(project), as_json)

    @group.command(epilog="Example: evidence bias show Dhurat2013")
    def show(ctx: typer.Context, study: _Study, project: ProjectOption = None, as_json: JsonOption = False) -> None:
        """Show what was judged of a trial: domains, answers, and which answers decided."""
        _show(_base(ctx, project), study, as_json or ctx.obj["as_json"])

    @group.command(epilog="Example: evidence bias questions rob2 --variant crossover")
    def questions(
        ctx: typer.Context,
        tool: Annotated[str, typer.Argument(help="rob2 or robins-i.", metavar="TOOL", autocompletion=_TOOLS)] = "rob2",
        variant: _Variant = "",
        as_json: JsonOption = False,
    ) -> None:
        """Print a form: its questions in our words, the allowed answers, and when each is asked."""
        _questions(tool, variant, as_json or ctx.obj["as_json"])

    @group.command(epilog="Example: evidence bias form Dhurat2013 --assessor AB --out form.csv")
    def form(
        ctx: typer.Context,
        study: _Study,
        out: _Out,
        outcome: _Outcome = "all",
        tool: _Tool = "",
        variant: _Variant = "",
        assessor: Annotated[
            str, typer.Option("--assessor", help="Who will judge: a short name.", show_default=False)
        ] = "",
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write a form to fill in, with what the assessor has answered already."""
        from ..curate.bias import form_bytes
        from ..errors import ProjectError
        from ..tables.io import write_bytes

        base = _base(ctx, project)
        content = form_bytes(
            base.tables,
            study,
            outcome=outcome,
            tool=tool,
            variant=variant,
            assessor=assessor,
            paired_designs=base.protocol.paired_designs,
        )
        if out.exists():
            raise ProjectError(f"{out} is there already; name another file")
        write_bytes(out, content)
        if as_json or ctx.obj["as_json"]:
            print_json({"written": str(out), "study": study, "outcome": outcome, "assessor": assessor})
        error_console().print(
            f"wrote {out}; fill it in, then: evidence bias record {out}", markup=False, soft_wrap=True
        )

    @group.command(epilog="Example: evidence bias record form.csv")
    def record(
        ctx: typer.Context,
        file: _File,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Bring a filled-in form into the base; with any fault nothing is written."""
        from ..curate.bias import record_form

        base = _base(ctx, project)
        found = record_form(file, base.project.processed, vocabularies=base.protocol.vocabularies)
        if as_json or ctx.obj["as_json"]:
            results = [list(entry) for entry in found.results]
            print_json({"results": results, "answers": found.answers, "judgements": found.judgements})
        told = f"recorded {counted(found.answers, 'answer')} and {counted(found.judgements, 'judgement')}"
        error_console().print(f"{told} for {', '.join(entry[0] for entry in found.results)}", markup=False)

    @group.command(name="agreement", epilog="Example: evidence bias agreement --assessors AB,CD")
    def agreement_(
        ctx: typer.Context,
        tool: _Tool = "",
        variant: _Variant = "",
        assessors: Annotated[
            str, typer.Option("--assessors", help="Two names, parted by a comma.", show_default=False)
        ] = "",
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show how far two assessors agree: in percent, and kappa plain and weighted, with intervals."""
        from ..curate.bias import agreement

        names = [name.strip() for name in assessors.split(",") if name.strip()] or None
        found = agreement(_base(ctx, project)["risk_of_bias"], tool=tool, variant=variant, assessors=names)
        print_json(found.to_dict()) if as_json or ctx.obj["as_json"] else typer.echo(found.summary())

    @group.command(epilog="Example: evidence bias robvis --tool rob2 --out robvis.csv")
    def robvis(
        ctx: typer.Context,
        tool: Annotated[str, typer.Option("--tool", help="rob2 or robins-i.", autocompletion=_TOOLS)] = "rob2",
        variant: _Variant = "",
        outcome: _Outcome = "all",
        out: _OutOrScreen = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Write the judgements as the table that robvis draws its figures from."""
        _robvis(_base(ctx, project), tool, variant, outcome, out, as_json or ctx.obj["as_json"])

    app.add_typer(group, name="bias")


def _base(ctx: typer.Context, project: Path | None) -> EvidenceBase:
    """Return the base that is asked for, whether before the command's name or after it."""
    return open_base(project or ctx.obj["project"])


def _overview(base: EvidenceBase, as_json: bool) -> None:
    from ..curate.bias import FORMS, settled, whole_of
    from ..curate.bias.words import mark_of, told
    from ..tables.io import records

    groups: dict[tuple[str, str], dict[tuple[str, str], dict[str, str]]] = {}
    for row in records(settled(base.tables["risk_of_bias"])):
        results = groups.setdefault((row["tool"], row["variant"]), {})
        results.setdefault((row["study_id"], row["outcome"]), {})[row["domain"]] = row["judgement"]
    for key, results in groups.items():
        for judged in results.values():
            if whole := whole_of(judged, FORMS[key]):
                judged["overall"] = whole
    if as_json:
        print_json(
            [
                {"tool": tool, "variant": variant, "study": study, "outcome": outcome}
                | {name: told(judged.get(name), tool) for name in (*FORMS[tool, variant].domain_ids, "overall")}
                for (tool, variant), results in groups.items()
                for (study, outcome), judged in results.items()
            ]
        )
        return
    from rich.table import Table

    out = console()
    for (tool, variant), results in groups.items():
        form = FORMS[tool, variant]
        names = (*form.domain_ids, "overall")
        out.print(form.title, style="bold", markup=False)
        table = Table(box=None, pad_edge=False, padding=(0, 2 if out.width >= _WIDE else 1, 0, 0))
        table.add_column("trial", no_wrap=True)
        table.add_column("outcome", overflow="fold")
        for name in names:
            table.add_column(name, no_wrap=True, min_width=max(len(name), 3))
        for (study, outcome), judged in results.items():
            cells = [mark_of(judged.get(name)) for name in names]
            table.add_row(study, "" if outcome == "all" else outcome, *cells)
        out.print(table)
        out.print()
    out.print(_LEGEND if groups else "Nobody has judged any trial yet: all are not assessed.", style="dim")


def _show(base: EvidenceBase, study: str, as_json: bool) -> None:
    from ..curate.bias import judge_study, results_of
    from ..errors import UnknownIdError

    known = base.tables["studies"]["study_id"].tolist()
    if study not in known:
        raise UnknownIdError("study", study, known)
    found = [judge_study(base.tables, study, *entry) for entry in results_of(base.tables, study)]
    if as_json:
        print_json([{**entry.to_dict(), "facts": _facts(base, entry)} for entry in found])
        return
    if not found:
        typer.echo(f"{study}: not assessed")
    for entry in found:
        _print(base, entry)


def _facts(base: EvidenceBase, entry: BiasJudgement) -> list[dict[str, Any]]:
    """Return what was seen that bears on a judgement: by question, and by domain."""
    from ..tables.io import records

    facts = []
    for table, name in (("bias_answers", "question"), ("risk_of_bias", "domain")):
        for row in records(base.tables[table]):
            own = (row["study_id"], row["tool"], row["variant"], row["assessor"], row["outcome"])
            if own == (entry.study, entry.tool, entry.variant, entry.assessor, entry.outcome):
                facts.append({name: row[name], "answer": row.get("answer", ""), "support": row["support"]})
    return [fact for fact in facts if fact["support"] or fact["answer"]]


def _print(base: EvidenceBase, entry: BiasJudgement) -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from ..curate.bias import find_form
    from ..curate.bias.words import shown, symbol_of
    from ..tables.io import records

    out = console()
    looked = {
        row["domain"]
        for row in records(base.tables["risk_of_bias"])
        if (row["study_id"], row["tool"], row["variant"], row["assessor"])
        == (entry.study, entry.tool, entry.variant, entry.assessor)
        and row["outcome"] in ("all", entry.outcome)
    }
    outcome = "all outcomes" if entry.outcome == "all" else entry.outcome
    out.print(f"\n{entry.study}: {outcome}, judged by {entry.assessor}", style="bold", markup=False)
    out.print(entry.title, style="dim", markup=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", "domain", "judgement", "proposed"):
        table.add_column(name, no_wrap=name != "domain", overflow="fold")
    table.add_column("because", overflow="fold", ratio=1)
    for domain in (*entry.domains, entry.overall):
        same = domain.proposed is None or domain.proposed == domain.judgement
        told = "" if same else shown(domain.proposed)
        sign = "?" if domain.judgement is None and domain.domain in looked else symbol_of(domain.judgement)
        name = domain.domain if domain.domain == "overall" else f"{domain.domain} {domain.title}"
        table.add_row(sign, name, domain.shown, told, domain.because)
    out.print(table)
    form = find_form(entry.tool, entry.variant)
    for fact in _facts(base, entry):
        if "question" in fact:
            asks = form.by_id[fact["question"]].text
            told = f"{fact['question']} {fact['answer']:<2} {asks} [{fact['support']}]"
        else:
            told = f"{fact['domain']}: {fact['support']}"
        out.print(Padding(Text(told, style="dim"), (0, 0, 0, 2)))
    for caution in entry.cautions:
        out.print(f"Caution: {caution}", style="yellow", markup=False)


def _questions(tool: str, variant: str, as_json: bool) -> None:
    from ..curate.bias import find_form

    form = find_form(tool, variant)
    if as_json:
        print_json(
            {
                "tool": form.tool,
                "variant": form.variant,
                "title": form.title,
                "source": form.source,
                "note": form.note,
                "domains": [
                    {"id": entry.id, "title": entry.title, "basis": entry.basis, "note": entry.note}
                    for entry in form.domain_of.values()
                ],
                "questions": [
                    {
                        "id": entry.id,
                        "domain": entry.domain,
                        "text": entry.text,
                        "asked_if": entry.asked_if,
                        "allowed": list(entry.allowed),
                    }
                    for entry in form.questions
                ],
            }
        )
        return
    out = console()
    out.print(form.title, style="bold", markup=False)
    out.print("Questions are paraphrased; judge with the tool's guidance beside you.", style="dim")
    for domain in form.domain_of.values():
        out.print(f"\n{domain.id} {domain.title}", style="bold", markup=False)
        for entry in form.questions_of(domain.id):
            asked = f" ({entry.asked_if})" if entry.asked_if else ""
            out.print(f"  {entry.id:<5}{entry.text}{asked}", markup=False)
            out.print(f"       {' '.join(entry.allowed)}", style="dim", markup=False)
        if domain.note:
            out.print(f"  {domain.note}", style="yellow", markup=False)
    out.print(f"\n{form.note}\nSource: {form.source}", style="dim", markup=False)


def _robvis(base: EvidenceBase, tool: str, variant: str, outcome: str, out: Path | None, as_json: bool) -> None:
    from ..curate.bias import robvis
    from ..tables.io import csv_bytes, write_bytes

    studies = base.tables["studies"]
    labels = dict(zip(studies["study_id"], studies["label"], strict=True))
    table = robvis(base.tables["risk_of_bias"], tool=tool, variant=variant, outcome=outcome, labels=labels)
    if as_json:
        print_json(table.to_dict("records"))
        return
    content = csv_bytes(table.columns, table.itertuples(index=False, name=None))
    if out is None:
        typer.echo(content.decode(), nl=False)
        return
    write_bytes(out, content)
    error_console().print(f"written: {out}", soft_wrap=True, markup=False)
