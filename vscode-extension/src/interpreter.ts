// The interpreter that is selected in a Python extension, if there is one: neither is needed.

import * as vscode from "vscode";

/** The part of the Python Environments extension's interface that is used here. */
interface PythonEnvironmentsInterface {
  getEnvironment(
    scope: vscode.Uri | undefined,
  ): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
  onDidChangeEnvironment?: vscode.Event<unknown>;
}

/** The part of the Python extension's interface that is used here. */
interface PythonExtensionInterface {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: {
      path: string;
    }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

const PYTHON_ENVIRONMENTS = "ms-python.vscode-python-envs";
const PYTHON = "ms-python.python";

/** How long another extension may hold up our start, in milliseconds; what it says later is an event. */
const PATIENCE = 5000;

export class SelectedInterpreter implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Another interpreter was selected, or an extension in which one can be is there now. */
  readonly onDidChange = this.changed.event;
  private readonly listening = new Map<vscode.Event<unknown>, vscode.Disposable>();
  private readonly subscription: vscode.Disposable;
  private present = presentExtensions();

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.subscription = vscode.extensions.onDidChange(() => {
      const before = this.present;
      this.present = presentExtensions();
      if (this.present.some((id) => !before.includes(id))) this.changed.fire();
    });
  }

  /** Its path. Asking activates the extensions, and from then on their changes are heard. */
  async executable(): Promise<string | undefined> {
    const scope = vscode.workspace.workspaceFolders?.[0]?.uri;
    const sources = [() => this.ofPythonEnvironments(scope), () => this.ofPythonExtension(scope)];
    for (const ask of sources) {
      try {
        const found = await within(PATIENCE, ask());
        if (found !== undefined) return found;
      } catch (error) {
        this.log.warn(
          `A Python extension did not say which interpreter is selected: ${String(error)}`,
        );
      }
    }
    return undefined;
  }

  dispose(): void {
    this.subscription.dispose();
    for (const listener of this.listening.values()) listener.dispose();
    this.changed.dispose();
  }

  private async ofPythonEnvironments(scope: vscode.Uri | undefined): Promise<string | undefined> {
    const environments = await vscode.extensions
      .getExtension<PythonEnvironmentsInterface | undefined>(PYTHON_ENVIRONMENTS)
      ?.activate();
    this.listen(environments?.onDidChangeEnvironment);
    return (await environments?.getEnvironment(scope))?.execInfo?.run?.executable;
  }

  private async ofPythonExtension(scope: vscode.Uri | undefined): Promise<string | undefined> {
    const python = await vscode.extensions
      .getExtension<PythonExtensionInterface | undefined>(PYTHON)
      ?.activate();
    if (python === undefined) return undefined;
    const { environments } = python;
    this.listen(environments.onDidChangeActiveEnvironmentPath);
    return (await environments.resolveEnvironment(environments.getActiveEnvironmentPath(scope)))
      ?.executable.uri?.fsPath;
  }

  private listen(event: vscode.Event<unknown> | undefined): void {
    if (event && !this.listening.has(event))
      this.listening.set(
        event,
        event(() => this.changed.fire()),
      );
  }
}

function presentExtensions(): string[] {
  return [PYTHON_ENVIRONMENTS, PYTHON].filter((id) => vscode.extensions.getExtension(id));
}

/** What a promise gives in time, undefined where it does not. */
async function within<Value>(
  milliseconds: number,
  promise: Promise<Value>,
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
