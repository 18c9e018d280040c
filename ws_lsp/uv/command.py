"""From the packages to sync to uv's command line. Pure.

The rules behind it (uv-environment-operations, `install_target.rs`): one `--package` and several
follow different rules for dependency groups. With one, the member's own `default-groups` count and a
virtual root's groups do not; with several (a repeated name counts) the root's `default-groups` name
the groups of every selected member, and a virtual root's own groups of these names are installed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ws_lsp.grammar.names import normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import UNSOUND_DEFAULT_PACKAGES, DefaultGroups
from ws_lsp.project.together import Together
from ws_lsp.project.versions import Feature, Version, has
from ws_lsp.refusal import Refusal
from ws_lsp.uv.selection import Packages, not_members

__all__ = [
    "PLAIN",
    "REFUSED",
    "SEVERAL_PACKAGES",
    "Options",
    "Plan",
    "Target",
    "lock_plan",
    "plan",
]

SEVERAL_PACKAGES: Version = Feature.SEVERAL_PACKAGES.value
"""The first uv whose `sync` takes several `--package`."""
REFUSED = 2
"""The exit code where uv was not run."""
MINIMUM_VERSION: Version = (0, 4, 30)
"""The first uv with `--all-packages`; an older one is refused."""


class Target(NamedTuple):
    """The workspace to sync: its root as uv takes it, its members' names (normalised).

    `default_packages` is None where the setting is absent, `"all"`, or names.
    """

    root: str
    virtual: bool
    members: Collection[str]
    default_packages: str | tuple[str, ...] | None
    groups: bool = True
    """Whether dependency groups make the rules for one package differ from those for several."""
    sound: bool = True
    """Whether the value of `default-packages` is one that can be carried out."""
    together: Together = Together()
    """What may be installed together."""


class Options(NamedTuple):
    """How to sync; the fields are uv's own options.

    `exact` removes what is not selected, as `uv sync` does by itself.
    """

    exact: bool = True
    extras: tuple[str, ...] = ()
    all_extras: bool = False
    groups: tuple[str, ...] = ()
    no_default_groups: bool = False
    frozen: bool = False
    locked: bool = False
    reinstall: bool = False
    upgrade: bool = False
    dry_run: bool = False
    passed: tuple[str, ...] = ()
    """Options that uv is given as they are."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options as uv takes them."""
        named = [argument for extra in self.extras for argument in ("--extra", extra)]
        named += [argument for group in self.groups for argument in ("--group", group)]
        flags = {
            "--inexact": not self.exact,
            "--all-extras": self.all_extras,
            "--no-default-groups": self.no_default_groups,
            "--frozen": self.frozen,
            "--locked": self.locked,
            "--reinstall": self.reinstall,
            "--upgrade": self.upgrade,
            "--dry-run": self.dry_run,
        }
        return (*named, *(flag for flag, on in flags.items() if on), *self.passed)

    @property
    def words(self) -> str:
        """The options as they are added to a sentence."""
        parts = [f"with the extra `{extra}`" for extra in self.extras]
        parts += [f"with the group `{group}`" for group in self.groups]
        flags = {
            "with all extras": self.all_extras,
            "without default groups": self.no_default_groups,
            "keeping other packages": not self.exact,
            "from the lockfile as it is": self.frozen,
            "if the lockfile is up to date": self.locked,
            "reinstalling every package": self.reinstall,
            "upgrading what is locked": self.upgrade,
            "as a dry run": self.dry_run,
        }
        parts += [words for words, on in flags.items() if on]
        if self.passed:
            parts.append(f"with `{' '.join(self.passed)}`")
        return f" ({', '.join(parts)})" if parts else ""


PLAIN = Options()
"""The options of a bare `uv sync`."""


class Plan(NamedTuple):
    """What to run: argument vectors without the program, one after the other, and why.

    No command at all means that there is nothing to sync.
    """

    commands: tuple[tuple[str, ...], ...]
    sentence: str


def plan(
    target: Target,
    packages: Packages | Sequence[str],
    version: Version,
    options: Options = PLAIN,
) -> Plan | Refusal:
    """Return the commands that sync packages of a workspace with a uv of this version.

    Names are those of members, normalised. The commands do not depend on the working directory.
    """
    refusal = _too_old(version) or _contradiction(options)
    if refusal is not None:
        return refusal
    if packages is Packages.DEFAULT:
        return _default(target, version, options)
    if packages is Packages.ALL:
        return _everything(target, version, options, "Sync every member of the workspace")
    names = tuple(dict.fromkeys(packages))
    if not names:
        return Plan((), "Nothing to sync: no package is selected")
    return _packages(target, names, version, options, "Sync", several=len(names) > 1)


def lock_plan(target: Target, version: Version, check: bool = False) -> Plan | Refusal:
    """Return the command that brings `uv.lock` up to date, or that checks whether it is."""
    command = ("--project", target.root, "lock")
    if check:
        return _too_old(version) or Plan(((*command, "--check"),), "Check the lockfile")
    return _too_old(version) or Plan((command,), "Update the lockfile")


def _too_old(version: Version) -> Refusal | None:
    if version >= MINIMUM_VERSION:
        return None
    return Refusal(
        f"uv {_dotted(version)} is too old: install uv {_dotted(SEVERAL_PACKAGES)} or newer"
    )


def _contradiction(options: Options) -> Refusal | None:
    """Return why uv would not take these options together."""
    exclusive = (
        ("--extra", options.extras, "--all-extras", options.all_extras),
        ("--locked", options.locked, "--frozen", options.frozen),
        ("--frozen", options.frozen, "--upgrade", options.upgrade),
        ("--locked", options.locked, "--upgrade", options.upgrade),
    )
    for first, one, second, other in exclusive:
        if one and other:
            return Refusal(f"`{first}` and `{second}` exclude each other. Leave one of them out")
    return None


def _default(target: Target, version: Version, options: Options) -> Plan | Refusal:
    defaults = target.default_packages
    if not target.sound:
        return Refusal(UNSOUND_DEFAULT_PACKAGES)
    if defaults is None and target.virtual:
        sentence = "Sync every member, as `uv sync` does: no default packages are set"
        return _refused(target, target.members, version, options) or _plan(
            target, (), options, sentence
        )
    if defaults is None:
        sentence = "Sync the root project, as `uv sync` does: no default packages are set"
        own = [target.together.root] if target.together.root is not None else []
        return _refused(target, own, version, options) or _plan(target, (), options, sentence)
    if defaults == "all":
        return _everything(target, version, options, "Sync every member: the default")
    assert not isinstance(defaults, str)
    if not defaults:
        return Plan((), "Nothing to sync: `default-packages` is empty")
    verb = "Sync the default packages"
    return _packages(target, defaults, version, options, verb, several=True)


def _everything(
    target: Target, version: Version, options: Options, sentence: str
) -> Plan | Refusal:
    refusal = _refused(target, target.members, version, options)
    return refusal or _plan(target, ("--all-packages",), options, sentence)


def _packages(
    target: Target,
    names: Sequence[str],
    version: Version,
    options: Options,
    verb: str,
    *,
    several: bool,
) -> Plan | Refusal:
    refusal = _unknown(target, names) or _refused(target, names, version, options, several)
    if refusal is not None:
        return refusal
    listed = ", ".join(f"`{name}`" for name in names)
    if not has(version, Feature.SEVERAL_PACKAGES) and len(names) > 1:
        return _one_by_one(target, names, version, options, f"{verb} {listed}")
    # one name twice gives it the rules of several, so that adding a second name drops no groups; but
    # uv (0.13.9) then installs the package anew at every sync, so only where it makes a difference
    twice = several and len(names) == 1 and target.groups and has(version, Feature.SEVERAL_PACKAGES)
    chosen = [*names, *names] if twice else names
    return _plan(target, tuple(_named(chosen)), options, f"{verb} {listed}")


def _one_by_one(
    target: Target, names: Sequence[str], version: Version, options: Options, sentence: str
) -> Plan | Refusal:
    takes_one = f"uv {_dotted(version)} takes one package at a time"
    if options.extras or options.groups:
        # an extra or a group must exist in the one package that uv is given
        newer = _dotted(SEVERAL_PACKAGES)
        return Refusal(
            f"{takes_one}: install uv {newer} or newer to sync several with an extra or a group"
        )
    # the first one removes what must go; upgrading once is enough
    others = options._replace(exact=False, upgrade=False)
    commands = [
        _sync(target, *(options if name is names[0] else others).arguments, *_named([name]))
        for name in names
    ]
    return Plan(tuple(commands), f"{sentence} one by one: {takes_one}{options.words}")


def _unknown(target: Target, names: Sequence[str]) -> Refusal | None:
    unknown = [name for name in names if name not in target.members]
    return Refusal(not_members(unknown, target.members)) if unknown else None


def _refused(
    target: Target,
    names: Collection[str],
    version: Version,
    options: Options,
    several: bool = True,
) -> Refusal | None:
    """Return why uv would not install some members; one alone, if not `several`, has groups of its own."""
    together = target.together
    members = [normalise(name) for name in names]
    alone = together.members.get(members[0]) if members and not several else None
    defaults = (alone or together).defaults
    if options.no_default_groups:
        defaults = DefaultGroups(names=frozenset())
    groups = defaults._replace(names=defaults.names.union(map(normalise, options.groups)))
    obstacle = next(
        together.obstacles(
            members,
            groups,
            of_virtual_root=several,
            version=version,
        ),
        None,
    )
    if obstacle is None:
        return None
    return Refusal(obstacle.message + (". Sync one of them" if obstacle.is_of_packages else ""))


def _plan(target: Target, chosen: Sequence[str], options: Options, sentence: str) -> Plan:
    return Plan((_sync(target, *options.arguments, *chosen),), f"{sentence}{options.words}")


def _named(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield from ("--package", name)


def _sync(target: Target, *arguments: str) -> tuple[str, ...]:
    return ("--project", target.root, "sync", *arguments)


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))
