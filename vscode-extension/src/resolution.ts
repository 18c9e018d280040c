// Which server to start, and with which Python. Pure: what must be known of the world is handed in.

import type { Settings } from "./settings";

export const OLDEST_PYTHON: Version = [3, 11];

export type Version = readonly [major: number, minor: number];

export interface Python {
  /** The real path of the interpreter. */
  readonly executable: string;
  readonly version: Version;
  /** The version of the `ws-lsp` that is installed beside it, null where there is none. */
  readonly server: string | null;
}

export interface World {
  /** Whether the user trusts the workspace: if not, nothing of it is started. */
  readonly trusted: boolean;
  /** The script that runs the bundled `ws-lsp`. */
  readonly bundled: string;
  isFile(path: string): Promise<boolean>;
  /** Ask an interpreter what it is; undefined if it does not run. */
  inspect(executable: string): Promise<Python | undefined>;
  /** The interpreter that is selected in a Python extension. */
  selected(): Promise<string | undefined>;
  /** The interpreters in the virtual environments of the workspace folders. */
  ofWorkspace(): readonly string[];
  /** The interpreters that the search path names. */
  onPath(): readonly string[];
  /** What `uv python find` answers. */
  foundByUv(): Promise<string | undefined>;
}

export interface Start {
  readonly kind: "start";
  /** The program `ws-lsp`, whose first argument is a command such as `server`. */
  readonly command: string;
  readonly arguments: readonly string[];
  readonly source: "path" | "environment" | "bundled";
}

export interface Failure {
  readonly kind: "badPath" | "noPython";
  readonly message: string;
}

/** Whether both start the same server: for the bundled one any Python is as good as another. */
export function isSameServer(one: Start, other: Start): boolean {
  return one.source === other.source && (one.source === "bundled" || one.command === other.command);
}

/** `-I`: neither the working directory nor `PYTHONPATH` can put modules in the way. */
const ISOLATED = ["-I", "-X", "utf8"] as const;

/**
 * The order: the setting `path`; the `ws_lsp` of the selected environment, unless `importStrategy` says
 * otherwise; the bundled one with the first Python that is new enough.
 */
export async function resolve(
  settings: Pick<Settings, "path" | "interpreter" | "importStrategy">,
  world: World,
): Promise<Start | Failure> {
  if (settings.path) {
    if (await world.isFile(settings.path)) {
      return {
        kind: "start",
        command: settings.path,
        arguments: [],
        source: "path",
      };
    }
    return {
      kind: "badPath",
      message: `The setting \`ws-lsp.path\` names \`${settings.path}\`, which is not there`,
    };
  }
  if (settings.interpreter) {
    const python = await world.inspect(settings.interpreter);
    if (python === undefined) {
      const message = `The setting \`ws-lsp.interpreter\` names \`${settings.interpreter}\`, which does not run`;
      return { kind: "badPath", message };
    }
    if (!isNewEnough(python)) {
      const message = `The setting \`ws-lsp.interpreter\` names Python ${python.version.join(".")}; ws-lsp needs ${OLDEST_PYTHON.join(".")} or newer`;
      return { kind: "badPath", message };
    }
    return start(python, true, settings, world);
  }
  for await (const { python, selected } of interpreters(world)) {
    if (isNewEnough(python)) return start(python, selected, settings, world);
  }
  return {
    kind: "noPython",
    message: `The uv workspace server needs Python ${OLDEST_PYTHON.join(".")} or newer, and none was found`,
  };
}

/** `selected`: the user chose this interpreter, so the `ws_lsp` beside it is meant as well. */
function start(
  python: Python,
  selected: boolean,
  settings: Pick<Settings, "importStrategy">,
  world: World,
): Start {
  const fromEnvironment =
    selected &&
    settings.importStrategy === "fromEnvironment" &&
    world.trusted &&
    python.server !== null;
  return {
    kind: "start",
    command: python.executable,
    arguments: fromEnvironment ? [...ISOLATED, "-m", "ws_lsp"] : [...ISOLATED, world.bundled],
    source: fromEnvironment ? "environment" : "bundled",
  };
}

/** Each interpreter once, asked only when those before it were no good. */
async function* interpreters(world: World): AsyncGenerator<{ python: Python; selected: boolean }> {
  const seen = new Set<string>();
  for await (const { executable, selected } of candidates(world)) {
    if (seen.has(executable)) continue;
    seen.add(executable);
    const python = await world.inspect(executable);
    if (python !== undefined) yield { python, selected };
  }
}

async function* candidates(
  world: World,
): AsyncGenerator<{ executable: string; selected: boolean }> {
  if (world.trusted) {
    const chosen = await world.selected();
    if (chosen !== undefined) yield { executable: chosen, selected: true };
    for (const executable of world.ofWorkspace()) yield { executable, selected: true };
  }
  for (const executable of world.onPath()) yield { executable, selected: false };
  const found = await world.foundByUv();
  if (found !== undefined) yield { executable: found, selected: false };
}

function isNewEnough({ version: [major, minor] }: Python): boolean {
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}
