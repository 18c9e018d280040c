"""What the schema says that uv refuses in a file, as findings with their fixes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ws_lsp.checking.findings import NO_RISK, Applicability, Finding, Fix, Related, Severity
from ws_lsp.checking.rule import Rule, Scope
from ws_lsp.checking.suggestions import REMOVAL, is_needed, replacement, translation
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import is_formatted
from ws_lsp.incremental import once_for_each_tree
from ws_lsp.project.declarations import WORKSPACE_SOURCE
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.faults import Fault, faults
from ws_lsp.schema.keys import DEFAULT_GROUPS
from ws_lsp.schema.pyproject import PARSED_PYPROJECT, PYPROJECT
from ws_lsp.schema.shapes import Layer
from ws_lsp.text import Edit, Span
from ws_lsp.toml.edit import key_text, remove_entry, remove_item, replace_key
from ws_lsp.toml.tree import Entry, Table, Tree

if TYPE_CHECKING:
    from ws_lsp.checking.misplaced_keys import Move

__all__ = ["counts", "document_faults", "formatted_spans", "report", "report_faults"]


@once_for_each_tree
def document_faults(manifest: Manifest, *, parsed_only: bool = False) -> tuple[Fault, ...]:
    """Return what is wrong with a file by itself; of one that is `parsed_only` uv minds less."""
    document = PARSED_PYPROJECT if parsed_only else PYPROJECT
    return tuple(faults(manifest.tree.root, document, "the file", Layer.PROJECT))


def report_faults(view: View, rule: Rule) -> Iterator[Finding]:
    """Report the faults of a rule's code; the file is walked once for all codes."""
    for fault in document_faults(view.manifest, parsed_only=view.scope is Scope.PARSED_ONLY):
        if fault.code == rule.code and counts(view, fault):
            yield report(view, rule, fault)


def counts(view: View, fault: Fault) -> bool:
    """Tell whether the uv that decides sees a fault; its version is asked for only where that matters."""
    return (not fault.since or view.uv_version() < fault.since) and (
        not fault.seen_since or view.uv_version() >= fault.seen_since
    )


def report(
    view: View,
    rule: Rule,
    fault: Fault,
    severity: Severity | None = None,
    consequence: str = "",
) -> Finding:
    """Return a fault as a finding with its fixes; the message ends with a `consequence`, if there is one."""
    fixes: list[Fix] = []
    tree = view.manifest.tree
    belongs = _belongs(view, fault, refused=(severity or rule.severity) is Severity.ERROR)
    if belongs is not None:
        fault = _told_where(view, fault, belongs)
        fixes.append(belongs.fix)
    elif _is_inherited(fault):
        fault = fault._replace(message=f"{fault.message}: uv inherits no values, as Cargo does")
        fixes += _written_by_root(view, fault)
    for text in (*([fault.text] if fault.text is not None else ()), *fault.others):
        edit = _writing(tree, fault, text) if _suits_others(view, text, fault.entry) else None
        if edit is not None:
            shown = text if len(text) <= 40 else f"{text[:39]}…"
            fix = translation(view, f"Write `{shown}`", edit)
            if fault.safe:
                fix = fix._replace(applicability=Applicability.SAFE, risk=NO_RISK)
            fixes.append(fix)
    if fault.key is not None and fault.entry is not None:
        key = fault.entry.key
        edit = replace_key(tree, key.start, key.end, fault.key)
        fixes.append(replacement(view, fault.key, edit))
    if belongs is None or (belongs.stays and fault.place is None):
        fixes += _removal(view, fault)
    related = (Related(view.path, fault.first.span, "The first one"),) if fault.first else ()
    message = _with_consequence(fault.message, consequence)
    return rule.finding(view, fault.span, message, *fixes, severity=severity, related=related)


def _removal(view: View, fault: Fault) -> Iterator[Fix]:
    """Yield the fix that removes what a fault is about, where nothing needs it."""
    tree = view.manifest.tree
    if fault.place is not None:
        if not fault.place[0].of_tables:
            remove = view.change_by(remove_item, tree, *fault.place)
            yield Fix("Remove this entry", (remove,), risk=REMOVAL)
    elif fault.entry is not None and not fault.needed and not _is_needed(view, fault.entry):
        remove = view.change_by(remove_entry, tree, fault.entry)
        yield Fix(f"Remove `{fault.entry.key.text}`", (remove,), risk=REMOVAL)


def _with_consequence(message: str, consequence: str) -> str:
    if not consequence:
        return message
    return f"{message}{'' if message.endswith('?') else '.'} {consequence}"


def _told_where(view: View, fault: Fault, belongs: Move) -> Fault:
    """Return a fault whose message says where the key belongs, and nothing else that it may have meant."""
    message = fault.message.partition(". Did you mean")[0].partition(", which may hold")[0]
    message += belongs.end
    if view.manifest.is_settings:
        where = belongs.where.replace("the file", "`pyproject.toml`")
        where += "" if where.endswith("`pyproject.toml`") else " of `pyproject.toml`"
        message = f"`{belongs.path[-1]}` belongs {where}: uv refuses it here"
    return fault._replace(text=None, others=(), key=None, message=message)


def _is_inherited(fault: Fault) -> bool:
    if fault.code != "invalid-value" or fault.entry is None or fault.place is not None:
        return False
    from ws_lsp.checking.misplaced_keys import inherited

    return inherited(fault.entry)


def _written_by_root(view: View, fault: Fault) -> Iterator[Fix]:
    from ws_lsp.checking.misplaced_keys import written_by_root

    fix = written_by_root(view, fault.entry) if fault.entry is not None else None
    if fix is not None:
        yield fix


def _belongs(view: View, fault: Fault, *, refused: bool) -> Move | None:
    """Return where the key that a fault is about belongs."""
    if fault.entry is None or fault.since:
        return None
    if fault.place is not None and fault.place != (fault.entry.value, 0):
        return None  # one item alone, or not the first one
    if fault.code != "unknown-key" and (fault.code != "invalid-value" or view.manifest.is_settings):
        return None
    from ws_lsp.checking.misplaced_keys import move_of  # here, as the others: few files have faults
    from ws_lsp.schema.misplaced import fits
    from ws_lsp.toml.moving import path_of

    move = move_of(view, fault.entry, refused=refused)
    if move is None or fault.code == "unknown-key":
        return move
    path = path_of(view.manifest.tree, fault.entry)
    if move.stays or path is None or fits(path, fault.entry.value):
        return None
    return move if move.named or fault.text is None else None


def _writing(tree: Tree, fault: Fault, text: str) -> Edit | None:
    """Return the edit that writes a text in place of a fault's value.

    Of a table with a header that is plain only where the table around it ends with the header above.
    """
    value = fault.entry.value if fault.entry is not None else None
    if fault.entry is None or not isinstance(value, Table) or value.inline:
        return Edit(fault.span, text)
    inner = [one.value for one in value.entries.values()]
    if len(value.headers) != 1 or any(isinstance(one, Table) and not one.inline for one in inner):
        return None
    section = value.headers[0]
    above = tree.sections[tree.sections.index(section) - 1]
    names = [key.text for key in section.keys]
    if above.array or [key.text for key in above.keys] != names[:-1]:
        return None
    end = section.statements[-1].end if section.statements else section.end
    return Edit(Span(section.start, end), f"{key_text(names[-1])} = {text}")


def _is_needed(view: View, entry: Entry) -> bool:
    """Tell whether an entry is the source of a member that would have none without it."""
    name = normalise(entry.key.text)
    source = view.manifest.sources.get(name)
    return source is not None and source.entry is entry and is_needed(view, name)


def _suits_others(view: View, text: str, entry: Entry | None) -> bool:
    """Tell whether what would be written fits the rest: groups must exist, members' names must not.

    What a table requires must come from an index, or be a member that has its source.
    """
    if entry is not None and isinstance(entry.value, Table):
        return all(_is_sourced(view, normalise(name)) for name in entry.value.entries)
    node = view.manifest.name_node
    if entry is not None and entry.value is node:
        return view.member(normalise(text.strip("\"'"))) is None
    if entry is None or entry.key.text not in (DEFAULT_GROUPS, "include-group"):
        return True
    return normalise(text.strip('[]"')) in view.manifest.groups


def _is_sourced(view: View, name: Name) -> bool:
    """Tell whether a package can be required where it is not yet."""
    own = view.manifest.sources.get(name)
    kinds = own.kinds if own is not None else view.inherited_source(name) or ()
    return kinds == (WORKSPACE_SOURCE,) if view.sourced_member(name) is not None else not kinds


def formatted_spans(manifest: Manifest) -> frozenset[Span]:
    """Return where requirements stand that hatchling is to fill in."""
    if not manifest.formats_requirements:
        return frozenset()
    return frozenset(
        one.node.span
        for one in manifest.requirements
        if one.path[0] == "project" and is_formatted(one.node.value)
    )
