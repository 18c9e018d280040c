// The settings as values. Pure: whatever reads them hands in a function that knows them.

export type ImportStrategy = "fromEnvironment" | "useBundled";

export interface Settings {
  /** A server to run instead of all others. */
  readonly path: string;
  /** A Python to run the server with. */
  readonly interpreter: string;
  readonly importStrategy: ImportStrategy;
  readonly uvPath: string;
  /** What the server is told, as its README documents it. */
  readonly server: Readonly<Record<string, unknown>>;
}

/** `get` returns the value of a setting below `ws-lsp.`; its default where it is not set. */
export function readSettings(get: (key: string) => unknown, variables: Variables): Settings {
  const text = (key: string): string => {
    const value = get(key);
    return typeof value === "string" ? expand(value.trim(), variables) : "";
  };
  const uvPath = text("uv.path");
  return {
    path: text("path"),
    interpreter: text("interpreter"),
    importStrategy: get("importStrategy") === "useBundled" ? "useBundled" : "fromEnvironment",
    uvPath,
    server: {
      uv: { path: uvPath || null },
      rules: record(get("rules")),
      sync: {
        exact: get("sync.exact") !== false,
        askForUnsavedFiles: get("sync.askForUnsavedFiles") !== false,
        onSave: oneOf(get("sync.onSave"), ["off", "lock", "default"]),
      },
      lockCheckOnSave: get("lockCheckOnSave") === true,
      inlayHints: record(get("inlayHints")),
      codeLens: record(get("codeLens")),
      logLevel: oneOf(get("logLevel"), ["warning", "error", "info", "debug"]),
    },
  };
}

export interface Variables {
  readonly home: string;
  readonly workspaceFolder: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Expand `~`, `${userHome}`, `${workspaceFolder}` and `${env:NAME}`, as VS Code does in tasks. */
export function expand(value: string, variables: Variables): string {
  return value
    .replace(/^~(?=$|[/\\])/, () => variables.home)
    .replace(
      /\$\{(userHome|workspaceFolder|env:(\w+))\}/g,
      (whole, name: string, variable: string | undefined) => {
        if (variable !== undefined) return variables.environment[variable] ?? "";
        return (name === "userHome" ? variables.home : variables.workspaceFolder) ?? whole;
      },
    );
}

/** Which settings need a new server; all others are told to the one that runs. */
export const RESTARTING = ["ws-lsp.path", "ws-lsp.interpreter", "ws-lsp.importStrategy"] as const;

function record(value: unknown): Readonly<Record<string, unknown>> {
  // VS Code's configuration objects are proxies, which do not survive serialisation everywhere
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function oneOf<T extends string>(value: unknown, values: readonly [T, ...T[]]): T {
  return values.find((one) => one === value) ?? values[0];
}
