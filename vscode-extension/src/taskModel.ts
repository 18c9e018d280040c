// What the tasks run. Pure.

import { pathOf } from "./paths";
import type { Workspace } from "./protocol";

export interface TaskDefinition {
  readonly type: "ws-lsp";
  readonly action: "sync" | "sync-default" | "sync-member" | "run";
  readonly member?: string;
  readonly command?: readonly string[];
  /** The root directory, where several workspaces are open. */
  readonly root?: string;
}

/** The tasks that a workspace offers by itself. */
export function definitions(workspace: Workspace, severalWorkspaces: boolean): TaskDefinition[] {
  const common = {
    type: "ws-lsp",
    ...(severalWorkspaces && { root: pathOf(workspace.root) }),
  } as const;
  return [
    { ...common, action: "sync" },
    { ...common, action: "sync-default" },
    ...workspace.members.map(({ name }): TaskDefinition => ({
      ...common,
      action: "sync-member",
      member: name,
    })),
  ];
}

export function taskName(definition: TaskDefinition): string {
  switch (definition.action) {
    case "sync":
      return "sync workspace";
    case "sync-default":
      return "sync default packages";
    case "sync-member":
      return `sync ${definition.member ?? ""}`;
    case "run":
      return `run ${(definition.command ?? []).join(" ")}`;
  }
}

/** The arguments of `ws-lsp`; undefined for a definition that lacks something. */
export function commandLine({ action, member, command }: TaskDefinition): string[] | undefined {
  switch (action) {
    case "sync":
      return ["sync", "--all"];
    case "sync-default":
      return ["sync"];
    case "sync-member":
      return member ? ["sync", "--package", member] : undefined;
    case "run":
      return command && command.length > 0
        ? ["run", ...(command[0] === "--" ? [] : ["--"]), ...command]
        : undefined;
    default:
      return undefined;
  }
}
