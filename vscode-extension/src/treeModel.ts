// What the view shows, as values. Pure: `tree.ts` turns them into VS Code's items.

import { relativePath } from "./paths";
import type { Member, Workspace } from "./protocol";

export type Section = "dependencies" | "dependents" | "groups" | "extras";

export type Node =
  | { readonly kind: "root"; readonly id: string; readonly workspace: Workspace }
  | {
      readonly kind: "member";
      readonly id: string;
      readonly workspace: Workspace;
      readonly member: Member;
    }
  | {
      readonly kind: "section";
      readonly id: string;
      readonly workspace: Workspace;
      readonly member: Member;
      readonly section: Section;
    }
  | {
      readonly kind: "reference";
      readonly id: string;
      readonly workspace: Workspace;
      readonly member: Member;
    }
  | {
      readonly kind: "name";
      readonly id: string;
      readonly name: string;
      readonly section: Section;
    };

export type Status = "errors" | "warnings" | "outdated" | "installed" | "notInstalled";

export const SECTIONS: readonly (readonly [Section, string])[] = [
  ["dependencies", "Depends on"],
  ["dependents", "Needed by"],
  ["groups", "Dependency groups"],
  ["extras", "Extras"],
];

export function roots(workspaces: readonly Workspace[]): Node[] {
  return workspaces.map((workspace) => ({ kind: "root", id: workspace.root, workspace }));
}

export function children(node: Node): Node[] {
  const { id } = node;
  switch (node.kind) {
    case "root":
      return sorted(node.workspace.members).map((member) => memberNode(node.workspace, member));
    case "member":
      return SECTIONS.filter(([section]) => node.member[section].length > 0).map(([section]) => ({
        ...node,
        kind: "section",
        id: `${id}#${section}`,
        section,
      }));
    case "section":
      return node.member[node.section].map((name): Node => {
        const member = isReference(node.section)
          ? node.workspace.members.find((one) => one.name === name)
          : undefined;
        if (member)
          return { kind: "reference", id: `${id}#${name}`, workspace: node.workspace, member };
        return { kind: "name", id: `${id}#${name}`, name, section: node.section };
      });
    default:
      return [];
  }
}

export function parent(node: Node): Node | undefined {
  return node.kind === "member"
    ? { kind: "root", id: node.workspace.root, workspace: node.workspace }
    : undefined;
}

export function memberNode(workspace: Workspace, member: Member): Node {
  return { kind: "member", id: `${workspace.root}#${member.name}`, workspace, member };
}

/** The name of a workspace: its project's, or its directory's. */
export function title(workspace: Workspace): string {
  return workspace.name;
}

/** The worst that can be said of a member. */
export function status(member: Member): Status {
  if (member.errors > 0) return "errors";
  if (member.warnings > 0) return "warnings";
  if (member.outdated) return "outdated";
  return member.installed ? "installed" : "notInstalled";
}

/** What stands behind a member's name; a narrow view cuts off its end. */
export function memberDescription(member: Member): string {
  const words = findings(member);
  if (member.isRoot) words.push("root");
  if (member.isDefault) words.push("default");
  if (member.outdated) words.push("out of date");
  else if (member.installed) words.push("installed");
  words.push(member.version ?? "dynamic version");
  return words.join(" · ");
}

export function rootDescription(workspace: Workspace): string {
  const count = workspace.members.length;
  const words = [`${count} ${count === 1 ? "member" : "members"}`];
  if (workspace.lockfile === "outdated") words.push("lockfile out of date");
  if (workspace.lockfile === "missing") words.push("no lockfile");
  return words.join(" · ");
}

/** Markdown. */
export function memberTooltip(workspace: Workspace, member: Member): string {
  const { installed } = member;
  const lines = [
    `**${member.name}** ${member.version ?? "(dynamic version)"}`,
    `\`${relativePath(workspace.root, member.path)}\`${member.isRoot ? ", the workspace's root" : ""}`,
    installed
      ? `Installed: ${installed.version}${installed.editable ? ", editable" : ""}`
      : "Not installed",
  ];
  if (member.outdated) lines.push("Out of date: sync to update the environment");
  if (member.isDefault) lines.push("One of the default packages");
  lines.push(...findings(member));
  return lines.join("\n\n");
}

/** The `viewItem` that menus look at. */
export function contextValue(node: Node): string {
  return node.kind === "member" ? `member${node.member.isDefault ? ".default" : ""}` : node.kind;
}

/** What is wrong in a member's manifest, errors first. */
export function findings({ errors, warnings }: Member): string[] {
  return [...counted(errors, "error"), ...counted(warnings, "warning")];
}

function counted(count: number, noun: string): string[] {
  return count === 0 ? [] : [`${count} ${noun}${count === 1 ? "" : "s"}`];
}

function isReference(section: Section): boolean {
  return section === "dependencies" || section === "dependents";
}

function sorted(members: readonly Member[]): Member[] {
  return [...members].sort(
    (one, other) => Number(other.isRoot) - Number(one.isRoot) || one.name.localeCompare(other.name),
  );
}
