// What the server offers beyond LSP. Paths are URIs, names are in normal form (PEP 503).

export const SYNC = "ws-lsp.server.sync";
export const LOCK = "ws-lsp.server.lock";
export const CHANGE_DEFAULT_PACKAGES = "ws-lsp.server.changeDefaultPackages";
export const NEW_MEMBER = "ws-lsp.server.newMember";
export const WORKSPACES = "ws-lsp/workspaces";
export const WORKSPACES_CHANGED = "ws-lsp/workspacesChanged";
export const GRAPH = "ws-lsp/graph";
export const SHOW_OUTPUT = "ws-lsp/showOutput";
export const TRUST = "ws-lsp/trust";
export const SAVE_ALL = "ws-lsp/saveAll";

export type Packages = "default" | "all" | readonly string[];

export interface SyncOptions {
  readonly dryRun?: boolean;
}

export interface SyncArguments {
  readonly root: string;
  readonly packages?: Packages;
  /** A git reference: the members that have changed since. */
  readonly since?: string;
  /** Whether the members that need a selected one come along. */
  readonly dependents?: boolean;
  readonly options?: SyncOptions;
}

export interface Outcome {
  /** `failed`: uv says so; `refused`: uv was not run. */
  readonly status: "ok" | "failed" | "refused" | "cancelled";
  readonly exitCode: number;
  readonly summary: string;
  readonly output: string;
  /** What a dry run would change, in lines for people. */
  readonly preview?: readonly string[];
}

/** The tables that may hold `default-packages`, the recommended one first. */
export const HOMES = ["tool.ws-lsp", "tool.uv"] as const;
export type Home = (typeof HOMES)[number];

export interface DefaultPackagesArguments {
  readonly root: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  /** Where the setting comes if it is missing. */
  readonly home: Home;
}

export interface NewMemberArguments {
  readonly root: string;
  readonly name: string;
  /** Seen from the root, a `*` at its end in place of the name; without it the server chooses. */
  readonly directory?: string;
}

export interface Workspace {
  /** URI of the root directory. */
  readonly root: string;
  readonly name: string;
  /** Whether the root has no project of its own. */
  readonly virtual: boolean;
  /** The version of the uv that will run, null where none was found. */
  readonly uv: string | null;
  readonly defaultPackages: readonly string[] | "all" | null;
  /** Whether the workspace's virtual environment is there. */
  readonly environment: boolean;
  readonly lockfile: "current" | "outdated" | "missing" | "unknown";
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  /** URI of the member's directory. */
  readonly path: string;
  /** URI of the member's `pyproject.toml`. */
  readonly manifest: string;
  readonly version: string | null;
  readonly isRoot: boolean;
  readonly isDefault: boolean;
  readonly installed: { readonly version: string; readonly editable: boolean } | null;
  readonly outdated: boolean;
  /** How many findings of that severity stand in its manifest. */
  readonly errors: number;
  readonly warnings: number;
  readonly dependencies: readonly string[];
  readonly dependents: readonly string[];
  readonly groups: readonly string[];
  readonly extras: readonly string[];
}

export interface GraphMember {
  readonly name: string;
  readonly manifest: string;
  readonly isDefault: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: "dependency" | "extra" | "group" | "build";
  /** The extra or the group. */
  readonly name?: string | null;
}

export interface Graph {
  readonly members: readonly GraphMember[];
  readonly edges: readonly GraphEdge[];
  readonly cycles: readonly (readonly string[])[];
}
