// What the status bar says. Pure.

import { relativePath } from "./paths";
import type { Workspace } from "./protocol";
import { title } from "./treeModel";

export interface StatusBarEntry {
  readonly text: string;
  readonly tooltip: string;
  readonly command: string;
  readonly warning: boolean;
}

/** The entry for a workspace; what most needs doing comes first, and a click does it. */
export function statusBarEntry(
  workspace: Workspace,
  trusted: boolean,
  busy: boolean,
): StatusBarEntry {
  const name = title(workspace);
  if (busy) {
    return {
      text: "$(sync~spin) uv: syncing",
      tooltip: `uv is working on ${name}`,
      command: "ws-lsp.showLogs",
      warning: false,
    };
  }
  if (!trusted) {
    return {
      text: "$(shield) uv: restricted",
      tooltip: "uv is not run in a workspace that is not trusted",
      command: "workbench.trust.manage",
      warning: false,
    };
  }
  if (workspace.uv === null) {
    return {
      text: "$(warning) uv: not found",
      tooltip: "uv was not found. Install it, or set `ws-lsp.uv.path`",
      command: "ws-lsp.findUv",
      warning: true,
    };
  }
  if (workspace.lockfile === "outdated") {
    return {
      text: "$(lock) uv: lockfile out of date",
      tooltip: `The lockfile of ${name} is out of date. Click to update it`,
      command: "ws-lsp.updateLockfile",
      warning: true,
    };
  }
  if (workspace.defaultPackages?.length === 0) {
    return {
      text: "$(package) uv: no default packages",
      tooltip: `${name}: click to choose the default packages`,
      command: "ws-lsp.editDefaultPackages",
      warning: false,
    };
  }
  const wanted = workspace.members.filter(
    (member) => workspace.defaultPackages === null || member.isDefault,
  );
  const ready = wanted.filter((member) => member.installed && !member.outdated);
  // a name that no member has counts as well: it is not installed
  const total = Array.isArray(workspace.defaultPackages)
    ? workspace.defaultPackages.length
    : wanted.length;
  const what = workspace.defaultPackages === null ? "members" : "default packages";
  const text = `$(package) uv: ${ready.length}/${total} ${what} installed`;
  if (ready.length === total) {
    return {
      text,
      tooltip: `${name}: all ${what} are installed. Click to sync others`,
      command: "ws-lsp.syncPackage",
      warning: false,
    };
  }
  const missing = wanted.filter((member) => !ready.includes(member)).map((member) => member.name);
  const command =
    workspace.defaultPackages === null ? "ws-lsp.syncWorkspace" : "ws-lsp.syncDefaultPackages";
  return {
    text,
    tooltip: `${name}: not installed or out of date: ${missing.join(", ")}. Click to sync`,
    command,
    warning: false,
  };
}

/** What is said above the members in the view. */
export function viewMessage(
  workspaces: readonly Workspace[],
  trusted: boolean,
): string | undefined {
  if (workspaces.length === 0) return undefined;
  if (!trusted) return "Restricted Mode: uv is not run until the workspace is trusted";
  return workspaces.some((workspace) => workspace.uv === null)
    ? "uv was not found: the members cannot be synced"
    : undefined;
}

/** The path of a workspace's root as the user knows it. */
export function rootLabel(workspace: Workspace, folders: readonly string[]): string {
  const shortest = folders
    .map((folder) => relativePath(folder, workspace.root))
    .sort((one, other) => one.length - other.length)[0];
  return shortest === undefined || shortest === "." ? title(workspace) : shortest;
}
