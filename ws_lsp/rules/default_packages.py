"""Rules about `default-packages`."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import NO_RISK, Applicability, Change, Finding, Fix, Related, Severity
from ws_lsp.checking.refused_settings import setting_faults
from ws_lsp.checking.reported_faults import counts
from ws_lsp.checking.rule import PARSED, Rule, Scope, rule
from ws_lsp.checking.suggestions import (
    COMMENT,
    GUESS,
    IN_FORCE,
    REMOVAL,
    TRANSLATION,
    replacement,
    without_effect,
)
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.project.declarations import (
    UNSOUND_DEFAULT_PACKAGES,
    WORKSPACE_PATH,
    DefaultPackages,
    Home,
)
from ws_lsp.project.file_names import SETTINGS
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.settings import dropped_settings
from ws_lsp.schema.faults import faults
from ws_lsp.schema.keys import DEFAULT_PACKAGES, INDEX, INDEX_SETTINGS
from ws_lsp.schema.shapes import Layer
from ws_lsp.schema.tool_uv import TOOL_UV
from ws_lsp.text import Edit, Span, apply_edits, newline_of
from ws_lsp.toml.edit import (
    difference,
    entry_text,
    is_movable,
    move_entry,
    move_entry_away,
    remove_entry,
    remove_item,
    replace_string,
    section_end,
    string_text,
    take_entry,
    takes_entries,
)
from ws_lsp.toml.parser import parse
from ws_lsp.toml.tree import Array, Entry, String, Table
from ws_lsp.vfs import join

__all__ = ["RULES"]

_SETTINGS_FILE = "A `uv.toml` takes the place of what is set above, and of `[tool.uv]` from then on"

_OF_ALL = "What has had no effect here says from then on what the whole workspace syncs"


def counting(view: View) -> DefaultPackages | None:
    """Return the `default-packages` of the file that counts, if the file is a root."""
    found = view.manifest.default_packages
    return found[0] if found and view.scope is Scope.ROOT else None


@rule("unknown-default-package", Severity.ERROR, Scope.ROOT, risks=(NO_RISK, GUESS, REMOVAL))
def unknown_default_package(view: View, rule: Rule) -> Iterator[Finding]:
    """An entry of `default-packages` names no member of the workspace.

    Entries are the names of members, compared in normal form (PEP 503): `My_Lib` finds `my-lib`. The
    root's own project counts where the root has one. A directory is no name, and a project that an
    `exclude` pattern hides is no member. uv would refuse to sync such a package: `Package ... not
    found in workspace`.

    ```toml
    [tool.ws-lsp]
    default-packages = ["acme-cor"]  # the member is called acme-core
    ```

    Write the member's name, or add its directory to `[tool.uv.workspace] members`.
    """
    packages = counting(view)
    if packages is None or not isinstance(packages.entry.value, Array):
        return
    array = packages.entry.value
    listed = frozenset(packages.names)
    strangers = view.strangers(listed)
    for index, node in enumerate(array.items):
        if not isinstance(node, String) or not node.value or node.value == "all":
            continue
        name = normalise(node.value)
        if name not in strangers:
            continue
        remove = Fix(
            f"Remove `{node.value}`",
            (view.change_by(remove_item, view.manifest.tree, array, index),),
            risk=REMOVAL,
        )
        excluded = view.excluded(name)
        if excluded is not None:
            pattern = view.manifest.exclude_patterns[excluded.pattern]
            message = f"`{node.value}` is excluded from the workspace by `{pattern.value}`"
            note = Related(view.path, pattern.span, f"`{node.value}` is excluded here")
            yield rule.finding(view, node.span, message, remove, related=(note,))
            continue
        member = view.member_at(join(view.root(), node.value))
        near: str | None = member.name if member else view.closest_member(node.value)
        if near in listed:
            near = None  # to name it twice is no mending
        message = f"`{node.value}` is not a member of this workspace"
        if member is not None:
            message = f"`{node.value}` is the directory of a member, not its name"
        message += f". Did you mean `{near}`?" if near else ""
        fixes = [remove]
        if near is not None:
            fix = replacement(view, near, replace_string(node, near))
            if member is not None:
                fix = fix._replace(applicability=Applicability.SAFE, risk=NO_RISK)
            fixes.insert(0, fix)
        yield rule.finding(view, node.span, message, *fixes)


@rule("duplicate-default-package", Severity.WARNING, Scope.ROOT, risks=(NO_RISK, COMMENT))
def duplicate_default_package(view: View, rule: Rule) -> Iterator[Finding]:
    """A package stands in `default-packages` twice.

    Names are compared in normal form (PEP 503), so `acme_core` repeats `acme-core`. A second entry
    changes nothing.

    ```toml
    [tool.ws-lsp]
    default-packages = ["acme-core", "acme_core"]
    ```

    Remove one of them.
    """
    packages = counting(view)
    if packages is None or not isinstance(packages.entry.value, Array):
        return
    array = packages.entry.value
    first: dict[str, String] = {}
    for index, node in enumerate(array.items):
        if not isinstance(node, String) or not node.value:
            continue
        name = normalise(node.value)
        if name in first:
            remove = remove_item(view.manifest.tree, array, index)
            yield rule.finding(
                view,
                node.span,
                f"`{node.value}` is already listed",
                without_effect(view, f"Remove the second `{node.value}`", remove),
                related=(Related(view.path, first[name].span, "The first one"),),
                unnecessary=True,
            )
        else:
            first[name] = node


@rule("invalid-default-packages", Severity.ERROR, Scope.ROOT, risks=(NO_RISK, REMOVAL))
def invalid_default_packages(view: View, rule: Rule) -> Iterator[Finding]:
    """The value of `default-packages` is neither a list of names nor `"all"`.

    The value is an array of strings, each the name of a member, or the string `"all"` in place of the
    array. Anything else cannot be carried out.

    ```toml
    [tool.ws-lsp]
    default-packages = "acme-core"     # should be ["acme-core"]
    default-packages = ["all", "x"]    # should be "all"
    ```

    Write a list, or `"all"` alone.
    """
    packages = counting(view)
    if packages is None:
        return
    value = packages.entry.value
    whole = UNSOUND_DEFAULT_PACKAGES
    if isinstance(value, String):
        if value.value != "all":
            text = f"[{string_text(value.value)}]" if value.value else "[]"
            if value.value.lower() == "all" and view.member(Name("all")) is None:
                text = '"all"'
            fix = Fix(f"Write `{text}`", (view.change(Edit(value.span, text)),), Applicability.SAFE)
            yield rule.finding(view, value.span, whole, fix)
        return
    if not isinstance(value, Array):
        span = value.span if value.start < value.end else packages.entry.key.span
        yield rule.finding(view, span, whole)
        return
    for index, node in enumerate(value.items):
        if isinstance(node, String) and node.value not in ("", "all"):
            continue
        tree = view.manifest.tree
        removal = (
            remove_entry(tree, packages.entry)
            if value.of_tables
            else remove_item(tree, value, index)
        )
        remove = Fix("Remove this entry", (view.change(*removal),), risk=REMOVAL)
        if not isinstance(node, String):
            yield rule.finding(view, node.span, "An entry must be the name of a member", remove)
        elif not node.value:
            yield rule.finding(view, node.span, "An entry must not be empty", remove)
        elif view.member(normalise("all")) is None:
            fix = Fix(
                'Write `"all"` in place of the list',
                (view.change(Edit(value.span, '"all"')),),
                risk=REMOVAL,
            )
            message = '`"all"` stands in place of the list, not in it'
            yield rule.finding(view, node.span, message, fix, remove)


@rule("empty-default-packages", Severity.INFORMATION, Scope.ROOT, risks=(TRANSLATION, REMOVAL))
def empty_default_packages(view: View, rule: Rule) -> Iterator[Finding]:
    """`default-packages` is empty, so there is nothing to sync by default.

    "Sync default packages" then does nothing and says so. No `default-packages` at all means what a
    bare `uv sync` in the root means: every member of a virtual root, the root's project otherwise.

    ```toml
    [tool.ws-lsp]
    default-packages = []
    ```

    Add names, write `"all"`, or remove the key.
    """
    packages = counting(view)
    if packages is None:
        return
    value = packages.entry.value
    if isinstance(value, Array) and not value.items and value.closed:
        remove = view.change_by(remove_entry, view.manifest.tree, packages.entry)
        yield rule.finding(
            view,
            value.span,
            "No default packages: there is nothing to sync by default",
            Fix('Write `"all"`', (view.change(Edit(value.span, '"all"')),), risk=TRANSLATION),
            Fix("Remove `default-packages`", (remove,), risk=REMOVAL),
        )


@rule(
    "shadowed-default-packages",
    Severity.WARNING,
    Scope.ROOT,
    risks=(NO_RISK, COMMENT, IN_FORCE, REMOVAL),
)
def shadowed_default_packages(view: View, rule: Rule) -> Iterator[Finding]:
    """`default-packages` is set in `[tool.uv]` and in `[tool.ws-lsp]`; the latter counts.

    ```toml
    [tool.ws-lsp]
    default-packages = ["acme-api"]

    [tool.uv]
    default-packages = ["acme-core"]  # has no effect
    ```

    Remove the one in `[tool.uv]`.
    """
    for shadowed in view.manifest.default_packages[1:]:
        winner = view.manifest.default_packages[0]
        remove = remove_entry(view.manifest.tree, shadowed.entry)
        fix = without_effect(view, "Remove this `default-packages`", remove)
        if not (shadowed.sound and winner.sound and shadowed.value == winner.value):
            fix = fix.as_unsafe(REMOVAL)
        elif shadowed.home is Home.UV and dropped_settings(view.manifest):
            fix = fix.as_unsafe(IN_FORCE)
        yield rule.finding(
            view,
            shadowed.entry.key.span,
            f"`default-packages` in `{winner.home.header}` wins over this one",
            fix,
            related=(Related(view.path, winner.entry.key.span, "This one counts"),),
            unnecessary=True,
        )


@rule("default-packages-in-member", Severity.WARNING, Scope.MEMBER, risks=(_OF_ALL, REMOVAL))
def default_packages_in_member(view: View, rule: Rule) -> Iterator[Finding]:
    """`default-packages` stands in a member; only the root's counts.

    A workspace has one environment, so it has one set of default packages.

    ```toml
    # packages/core/pyproject.toml
    [tool.ws-lsp]
    default-packages = ["acme-core"]  # has no effect
    ```

    Move it to the root's `pyproject.toml`.
    """
    for packages in view.manifest.default_packages:
        remove = view.change_by(remove_entry, view.manifest.tree, packages.entry)
        fixes = [Fix("Remove `default-packages`", (remove,), risk=REMOVAL)]
        root = view.root_manifest()
        if not root.default_packages and _can_move(root, packages.entry):
            move = _moved_to_root(view, packages.entry)
            fixes.insert(0, Fix("Move `default-packages` to the root", move, risk=_OF_ALL))
        message = "`default-packages` has no effect in a member: only the root's counts"
        yield rule.finding(view, packages.entry.key.span, message, *fixes)


@rule(
    "misplaced-default-packages", Severity.ERROR, *PARSED, Scope.SETTINGS, risks=(NO_RISK, REMOVAL)
)
def misplaced_default_packages(view: View, rule: Rule) -> Iterator[Finding]:
    """`default-packages` stands where uv refuses it: `[tool.uv.workspace]` or `uv.toml`.

    There uv stops with ``unknown field `default-packages` `` at every command of the workspace. The
    same is true of Cargo's spelling `default-members`.

    ```toml
    [tool.uv.workspace]
    members = ["packages/*"]
    default-packages = ["acme-core"]  # refused
    ```

    Move it to `[tool.ws-lsp]`, which uv does not read.
    """
    tree = view.manifest.tree
    if view.scope is Scope.SETTINGS:
        holder: Table | None = tree.root
        where = "`uv.toml`"
    else:
        holder = tree.root.table(*WORKSPACE_PATH)
        where = "`[tool.uv.workspace]`"
    for key in (DEFAULT_PACKAGES, "default-members"):
        entry = holder.entries.get(key) if holder else None
        if entry is None or (view.scope is Scope.SETTINGS and key == "default-members"):
            continue
        message = f"uv refuses `{key}` in {where}. Move it to `[tool.ws-lsp]`"
        yield rule.finding(view, entry.key.span, message, *_moves(view, entry))


def _can_move(root: Manifest, entry: Entry) -> bool:
    """Tell whether `default-packages` can be moved to the root's `[tool.ws-lsp]`."""
    return is_movable(entry) and takes_entries(root.tree, Home.WS_LSP.value)


def _moved_to_root(view: View, entry: Entry) -> tuple[Change, ...]:
    root = view.root_manifest()
    removed, added = move_entry_away(view.manifest.tree, entry, root.tree, Home.WS_LSP.value)
    return view.change(*removed), Change(root.path, tuple(added))


def _moves(view: View, entry: Entry) -> Iterator[Fix]:
    remove = view.change_by(remove_entry, view.manifest.tree, entry)
    root = view.root_manifest()
    named = entry.key.text == DEFAULT_PACKAGES and view.scope is not Scope.PARSED_ONLY
    if named and _can_move(root, entry) and not root.default_packages:
        if root.path == view.path:
            move = view.change_by(move_entry, root.tree, entry, Home.WS_LSP.value)
            changes: tuple[Change, ...] = (move,)
        else:
            changes = _moved_to_root(view, entry)
        yield Fix("Move `default-packages` to `[tool.ws-lsp]`", changes, Applicability.SAFE)
    of_cargo = entry.key.text != DEFAULT_PACKAGES and view.scope is Scope.ROOT
    members = _moved_members(view, entry) if of_cargo else None
    if members is not None and _can_move(root, entry) and not root.default_packages:
        yield Fix("Move to `default-packages` of `[tool.ws-lsp]`", (members,), Applicability.SAFE)
        return
    yield Fix(f"Remove `{entry.key.text}`", (remove,), risk=REMOVAL)


def _moved_members(view: View, entry: Entry) -> Change | None:
    """Return the move of Cargo's `default-members`, which holds directories, with the names of the members there.

    None where the value is no list of members, and where `default-packages` is to move as well.
    """
    edits: list[Edit] = []
    tree = view.manifest.tree
    beside = tree.root.entry(*WORKSPACE_PATH, DEFAULT_PACKAGES)
    if not isinstance(entry.value, Array) or beside is not None:
        return None
    for item in entry.value.items:
        if not isinstance(item, String):
            return None
        if view.member(normalise(item.value)) is None:
            member = view.member_at(join(view.root(), item.value))
            if member is None:
                return None
            edits.append(replace_string(item, member.name))
    moved = parse(apply_edits(tree.text, edits))
    found = moved.root.entry(*WORKSPACE_PATH, "default-members")
    assert found is not None
    after = apply_edits(moved.text, move_entry(moved, found, Home.WS_LSP.value, DEFAULT_PACKAGES))
    return view.change(difference(tree.text, after))


@rule("dropped-settings", Severity.WARNING, Scope.ROOT, risks=(NO_RISK, IN_FORCE, _SETTINGS_FILE))
def dropped_settings_rule(view: View, rule: Rule) -> Iterator[Finding]:
    """`[tool.uv] default-packages` makes uv drop the other settings of that table.

    No uv release knows the key yet (astral-sh/uv#12353). Up to uv 0.13 at least, uv warns about it at
    every command and then ignores every settings-layer key beside it: `index`, `index-url`,
    `exclude-newer`, `no-build`, `python-preference` and so on. Where an index is among them, packages
    silently come from the public index. `workspace`, `sources`, `constraint-dependencies`,
    `environments`, `conflicts`, `default-groups` and `required-version` stay in force.

    uv is silent, and nothing is dropped, where a `uv.toml` stands beside the root's `pyproject.toml`:
    the settings come from there.

    ```toml
    [tool.uv]
    default-packages = ["acme-core"]
    exclude-newer = "2026-01-01"  # dropped
    ```

    Move `default-packages` to `[tool.ws-lsp]`, or move the settings to a `uv.toml`.
    """
    packages = next((one for one in view.manifest.default_packages if one.home is Home.UV), None)
    if packages is None or view.has_settings_file():
        return
    dropped = dropped_settings(view.manifest)
    message = "uv does not know `default-packages` and warns about it at every command"
    if dropped:
        names = ", ".join(f"`{entry.key.text}`" for entry in dropped)
        message = f"uv does not know `default-packages` and, because of it, ignores {names}"
        if any(entry.key.text in INDEX_SETTINGS for entry in dropped):
            message += ": packages will silently come from the public index"
    related = tuple(
        Related(view.path, entry.key.span, f"`{entry.key.text}` is ignored") for entry in dropped
    )
    yield rule.finding(
        view, packages.entry.key.span, message, *_ways_out(view, packages, dropped), related=related
    )


def _ways_out(view: View, packages: DefaultPackages, dropped: tuple[Entry, ...]) -> Iterator[Fix]:
    tree, entry = view.manifest.tree, packages.entry
    if len(view.manifest.default_packages) == 1 and _can_move(view.manifest, entry):
        change = view.change_by(move_entry, tree, entry, Home.WS_LSP.value)
        move = Fix("Move `default-packages` to `[tool.ws-lsp]`", (change,), Applicability.SAFE)
        yield move.as_unsafe(IN_FORCE) if dropped else move
    written = settings_text(view, dropped)
    if written is not None:
        moved, removals = written
        path = join(view.root(), SETTINGS)
        created = Change(path, (Edit(Span(0, 0), moved),), create=True)
        title = "Move the settings to `uv.toml`" if dropped else "Create an empty `uv.toml`"
        changes = (created, view.change(*removals)) if removals else (created,)
        yield Fix(title, changes, risk=_SETTINGS_FILE)


def settings_text(view: View, dropped: tuple[Entry, ...]) -> tuple[str, list[Edit]] | None:
    """Return the text of a `uv.toml` with these settings, and the edits that take them away here.

    An `[[tool.uv.index]]` that a source names must stay in `pyproject.toml` and is only copied. None
    where a setting is written in a way that cannot be moved as text, or is wrong: a mistake in `uv.toml`
    is fatal.
    """
    if any(True for _ in setting_faults(view, view.manifest)):
        return None
    for entry in dropped:
        key = TOOL_UV.keys.get(entry.key.text)
        if key is not None and any(
            counts(view, fault)
            for fault in faults(entry.value, key.shape, "", Layer.PROJECT, entry)
        ):
            return None
    tree, text = view.manifest.tree, view.manifest.text
    newline = newline_of(text)
    lines: list[str] = []
    sections: list[str] = []
    edits: list[Edit] = []
    for entry in dropped:
        if entry.statement is not None:
            if entry.statement.value is not entry.value:
                return None  # a dotted key below the setting
            lines.append(f"{entry_text(tree, entry)}{newline}")
            edits += take_entry(tree, entry)
            continue
        copied = _sections(view, entry)
        if copied is None:
            return None
        sections.append(copied)
        if entry.key.text != INDEX:
            edits += remove_entry(tree, entry)
    return "".join(lines) + "".join(f"{newline}{section}" for section in sections), edits


def _sections(view: View, entry: Entry) -> str | None:
    """Return the sections of a setting written as `[tool.uv.x]` or `[[tool.uv.x]]`, for `uv.toml`."""
    text, newline = view.manifest.text, newline_of(view.manifest.text)
    tables = entry.value.items if isinstance(entry.value, Array) else [entry.value]
    parts: list[str] = []
    for table in tables:
        if not isinstance(table, Table) or len(table.headers) != 1:
            return None
        section = table.headers[0]
        if len(section.keys) != 3:
            return None
        header = text[section.keys[2].start : section.keys[2].end]
        header = f"[[{header}]]" if section.array else f"[{header}]"
        parts.append(f"{header}{text[section.end : section_end(text, section)].rstrip()}{newline}")
    return newline.join(parts)


RULES = (
    unknown_default_package,
    duplicate_default_package,
    invalid_default_packages,
    empty_default_packages,
    shadowed_default_packages,
    default_packages_in_member,
    misplaced_default_packages,
    dropped_settings_rule,
)
