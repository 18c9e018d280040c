// The real world of `resolution.ts`: processes, the disk, other extensions.

import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { stat } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import type { SelectedInterpreter } from "./interpreter";
import type { Python, World } from "./resolution";
import type { Settings } from "./settings";

const WINDOWS = process.platform === "win32";
const TIMEOUT = 10_000;

const QUESTION = `
import importlib.metadata, json, sys
try:
    server = importlib.metadata.version("ws-lsp")
except importlib.metadata.PackageNotFoundError:
    server = None
print(json.dumps({"executable": sys.executable, "version": sys.version_info[:2], "server": server}))
`;

export class RealWorld implements World {
  readonly trusted = vscode.workspace.isTrusted;

  constructor(
    readonly bundled: string,
    private readonly settings: Settings,
    private readonly interpreter: SelectedInterpreter,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async isFile(file: string): Promise<boolean> {
    return stat(file).then(
      (found) => found.isFile(),
      () => false,
    );
  }

  async inspect(executable: string): Promise<Python | undefined> {
    try {
      // the home directory: a Python of an untrusted workspace's directory must not be found by a relative name
      const python = JSON.parse(await output(executable, ["-I", "-c", QUESTION])) as Python;
      this.log.debug(`${executable} is Python ${python.version.join(".")}`);
      return python;
    } catch (error) {
      this.log.debug(`${executable} is no Python that runs: ${String(error)}`);
      return undefined;
    }
  }

  selected(): Promise<string | undefined> {
    return this.interpreter.executable();
  }

  ofWorkspace(): readonly string[] {
    const inside = WINDOWS ? ["Scripts", "python.exe"] : ["bin", "python"];
    return (vscode.workspace.workspaceFolders ?? [])
      .filter((folder) => folder.uri.scheme === "file")
      .map((folder) => path.join(folder.uri.fsPath, ".venv", ...inside));
  }

  onPath(): readonly string[] {
    return WINDOWS
      ? [...onSearchPath("python3.exe"), ...onSearchPath("py.exe"), ...onSearchPath("python.exe")]
      : [...onSearchPath("python3"), ...onSearchPath("python")];
  }

  async foundByUv(): Promise<string | undefined> {
    const uv = this.uv();
    if (uv === undefined) return undefined;
    try {
      return (await output(uv, ["python", "find", "--no-project", ">=3.11"])).trim() || undefined;
    } catch {
      return undefined;
    }
  }

  /** The uv of the settings or of the search path. */
  uv(): string | undefined {
    return findUv(this.settings);
  }
}

/** The uv to run: that of the settings, else the first on the search path. */
export function findUv(settings: Pick<Settings, "uvPath">): string | undefined {
  return settings.uvPath || onSearchPath(WINDOWS ? "uv.exe" : "uv")[0];
}

/** Absolute candidates only: a relative entry of `PATH` would lead into the workspace. */
function onSearchPath(name: string): string[] {
  const directories = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory));
  return directories.map((directory) => path.join(directory, name)).filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function output(command: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      parameters,
      { cwd: os.homedir(), timeout: TIMEOUT, windowsHide: true },
      (error, stdout) => {
        if (error) reject(new Error(error.message));
        else resolve(stdout);
      },
    );
  });
}
