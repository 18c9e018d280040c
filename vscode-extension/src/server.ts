// The language server's life: found, started, restarted one at a time, brought back after a crash.

import * as os from "node:os";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type ExecuteCommandSignature,
  LanguageClient,
  type LanguageClientOptions,
  MessageType,
  RevealOutputChannelOn,
  type ServerOptions,
  ShowMessageNotification,
  WorkDoneProgressCancelNotification,
} from "vscode-languageclient/node";
import { inBackground, logError } from "./background";
import { Crashes } from "./backoff";
import { Coalesced } from "./coalesced";
import { adaptLens, SHOW_REFERENCES } from "./codeLens";
import type { SelectedInterpreter } from "./interpreter";
import type { Logs } from "./logs";
import { Progress } from "./progress";
import {
  CHANGE_DEFAULT_PACKAGES,
  LOCK,
  NEW_MEMBER,
  type Outcome,
  SAVE_ALL,
  SHOW_OUTPUT,
  SYNC,
  TRUST,
} from "./protocol";
import { findUv, RealWorld } from "./python";
import { type Failure, isSameServer, resolve, type Start } from "./resolution";
import { saveFiles, savingChanges } from "./saving";
import { readSettings, type Settings } from "./settings";

/** As the server says it where uv failed. */
const SHOW_OUTPUT_ACTION = "Show output";

export type State =
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly version: string; readonly start: Start }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "noPython"; readonly message: string };

export class Server implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<State>();
  readonly onDidChangeState = this.changed.event;
  private readonly progress: Progress;
  private readonly crashes = new Crashes();
  private current: LanguageClient | undefined;
  private readonly starting = new Coalesced(() => this.startWhatFits());
  private anew = false;
  private postponed = false;
  private retry: NodeJS.Timeout | undefined;
  private disposed = false;
  private value: State = { kind: "stopped" };
  private running = 0;

  constructor(
    private readonly bundled: string,
    private readonly interpreter: SelectedInterpreter,
    private readonly logs: Logs,
  ) {
    this.progress = new Progress(logs.client);
  }

  get state(): State {
    return this.value;
  }

  /** The client, where the server runs. */
  get client(): LanguageClient | undefined {
    return this.value.kind === "running" ? this.current : undefined;
  }

  /** Whether the server is carrying out a command. */
  get busy(): boolean {
    return this.running > 0;
  }

  /** Restart at the user's wish. */
  async restart(): Promise<void> {
    this.crashes.reset();
    await this.request();
  }

  /** Start, or start anew. Requests do not overlap, and those that wait become one. */
  request(): Promise<void> {
    this.anew = true;
    return this.reconsider();
  }

  /** Start anew only if another server fits now than the one that runs. */
  reconsider(): Promise<void> {
    // after a crash the next start has its time
    if (this.retry && !this.anew) return Promise.resolve();
    return this.starting.request();
  }

  /** Tell the running server that the workspace is trusted now; its settings may name another server. */
  async grantTrust(): Promise<void> {
    await this.reconsider(); // first: a server that is about to start was told that nothing is trusted
    await this.tellSettings(); // what the workspace's own settings say counts from now on
    await this.client?.sendNotification(TRUST, { trusted: true });
  }

  /** Tell the running server about changed settings. */
  async tellSettings(): Promise<void> {
    const settings = { "ws-lsp": currentSettings().server };
    await this.client?.sendNotification("workspace/didChangeConfiguration", { settings });
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.request();
    this.changed.dispose();
  }

  // ------------------------------------------------------------------------- steps

  private async startWhatFits(): Promise<void> {
    clearTimeout(this.retry);
    this.retry = undefined;
    const { anew } = this;
    this.anew = false;
    if (!anew && this.busy) {
      this.postponed = true; // a sync may itself make an environment that is then selected
      return;
    }
    if (!anew && this.value.kind === "running") {
      const { start } = this.value;
      const found = await this.resolve(currentSettings());
      if (found.kind !== "start" || isSameServer(found, start)) return;
    }
    await this.end();
    if (!this.disposed) await this.begin();
  }

  private resolve(settings: Settings): Promise<Start | Failure> {
    return resolve(
      settings,
      new RealWorld(this.bundled, settings, this.interpreter, this.logs.client),
    );
  }

  private async begin(): Promise<void> {
    this.become({ kind: "starting" });
    const settings = currentSettings();
    const found = await this.resolve(settings);
    if (found.kind !== "start") {
      this.unable(found);
      return;
    }
    this.logs.client.info(
      `Starting the server (${found.source}): ${[found.command, ...found.arguments].join(" ")}`,
    );
    const client = this.newClient(found, settings);
    this.current = client;
    try {
      await client.start();
    } catch (error) {
      logError(error, this.logs.client);
      if (this.current === client && this.value.kind === "starting") this.crashed(client);
      return;
    }
    if (this.current !== client) return; // it ended meanwhile
    const version = client.initializeResult?.serverInfo?.version ?? "";
    this.logs.client.info(`The server runs: ws-lsp ${version}`);
    this.become({ kind: "running", version, start: found });
  }

  private async end(): Promise<void> {
    const client = this.current;
    this.current = undefined;
    if (client === undefined) return;
    this.progress.clear();
    try {
      if (client.needsStop()) await client.stop();
      await client.dispose();
    } catch (error) {
      this.logs.client.debug(`The server did not stop in good order: ${String(error)}`);
    }
    this.become({ kind: "stopped" });
  }

  private crashed(client: LanguageClient): void {
    if (this.current !== client) return;
    this.current = undefined;
    this.progress.clear();
    const verdict = this.crashes.crashed(Date.now());
    if (verdict.kind === "giveUp") {
      const message = "The uv workspace server keeps ending. It is not started again by itself";
      this.become({ kind: "failed", message });
      this.inBackground(this.report(message, true));
      return;
    }
    this.become({ kind: "starting" });
    this.logs.client.warn(
      `The server ended unexpectedly. It is started again in ${verdict.delay} ms`,
    );
    if (verdict.report)
      this.inBackground(
        this.report("The uv workspace server ended unexpectedly and is started again", false),
      );
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.inBackground(this.request());
    }, verdict.delay);
  }

  private async report(message: string, failed: boolean): Promise<void> {
    const show = failed ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
    const choice = await show(message, "Show Logs", ...(failed ? ["Restart Server"] : []));
    if (choice === "Show Logs") this.logs.client.show();
    if (choice === "Restart Server") await this.restart();
  }

  private unable(failure: Failure): void {
    this.logs.client.error(failure.message);
    this.become({
      kind: failure.kind === "noPython" ? "noPython" : "failed",
      message: failure.message,
    });
    // not awaited: a message that nobody answers must not hold up the next start
    this.inBackground(this.offerHelp(failure));
  }

  private async offerHelp(failure: Failure): Promise<void> {
    const install = "Install Python with uv";
    const settings = "Open Settings";
    const uv =
      failure.kind === "noPython" && vscode.workspace.isTrusted
        ? findUv(currentSettings())
        : undefined;
    const choice = await vscode.window.showErrorMessage(
      failure.message,
      ...(uv ? [install] : []),
      settings,
      "Show Logs",
    );
    if (choice === settings) {
      const setting = failure.message.includes("ws-lsp.path")
        ? "ws-lsp.path"
        : "ws-lsp.interpreter";
      await vscode.commands.executeCommand("workbench.action.openSettings", setting);
    } else if (choice === "Show Logs") {
      this.logs.client.show();
    } else if (choice === install && uv) {
      await this.installPython(uv);
    }
  }

  private async installPython(uv: string): Promise<void> {
    const execution = new vscode.ProcessExecution(uv, ["python", "install"], { cwd: os.homedir() });
    const task = new vscode.Task(
      { type: "process" },
      vscode.TaskScope.Workspace,
      "install Python",
      "uv",
      execution,
    );
    const run = await vscode.tasks.executeTask(task);
    const ended = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution !== run) return;
      ended.dispose();
      if (event.exitCode === 0) this.inBackground(this.restart());
    });
  }

  private inBackground(work: PromiseLike<unknown>): void {
    inBackground(work, this.logs.client);
  }

  private become(state: State): void {
    this.value = state;
    if (!this.disposed) this.changed.fire(state);
  }

  // ------------------------------------------------------------------------ client

  private newClient(start: Start, settings: Settings): LanguageClient {
    // The working directory is not the workspace: nothing of an untrusted one may be found by a relative name.
    const server: ServerOptions = {
      command: start.command,
      args: [...start.arguments, "server"],
      options: { cwd: os.homedir() },
    };
    const options: LanguageClientOptions = {
      // By pattern: without a TOML extension the language of these files is `plaintext`.
      documentSelector: [
        { scheme: "file", pattern: "**/pyproject.toml" },
        { scheme: "file", pattern: "**/uv.toml" },
      ],
      outputChannel: this.logs.client,
      traceOutputChannel: this.logs.client,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: {
        ...settings.server,
        trusted: vscode.workspace.isTrusted,
        commands: ["ws-lsp.client.saveAll", "ws-lsp.client.showOutput", SHOW_REFERENCES],
      },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          if (this.current === client && this.value.kind !== "stopped") this.crashed(client);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: {
        handleWorkDoneProgress: (token, value, next) => {
          const cancel = (): void =>
            this.inBackground(
              client.sendNotification(WorkDoneProgressCancelNotification.type, { token }),
            );
          this.progress.hear(token, value, cancel);
          if (value.kind === "end") next(token, value); // lets the library forget the token
        },
        executeCommand: (command, parameters, next) =>
          this.execute(command, parameters as unknown[], next),
        provideCodeLenses: async (document, token, next) => {
          const lenses = await next(document, token);
          lenses?.forEach((lens) => adaptLens(lens, client.protocol2CodeConverter));
          return lenses;
        },
      },
    };
    const client = new LanguageClient("ws-lsp", "uv Workspace", server, options);
    client.onRequest(SAVE_ALL, ({ uris }: { uris: readonly string[] }) => saveFiles(uris));
    client.onNotification(SHOW_OUTPUT, () => this.logs.uv.show());
    client.onNotification(ShowMessageNotification.type, ({ type, message }) =>
      this.inBackground(this.showMessage(type, message)),
    );
    return client;
  }

  /**
   * Save what is edited and keep what uv said, wherever the command came from: the palette, the view, a
   * light bulb, a code lens.
   */
  private async execute(
    command: string,
    parameters: unknown[],
    next: ExecuteCommandSignature,
  ): Promise<unknown> {
    if (command === CHANGE_DEFAULT_PACKAGES || command === NEW_MEMBER) {
      const [argument] = parameters as [{ root: string }?];
      const work = (): PromiseLike<unknown> => Promise.resolve(next(command, parameters));
      return argument ? savingChanges(argument.root, work) : work();
    }
    if (command !== SYNC && command !== LOCK) return next(command, parameters);
    this.running += 1;
    this.become(this.value);
    try {
      const outcome = (await next(command, parameters)) as Outcome | null | undefined;
      if (outcome) this.logs.logOutcome(outcome);
      return outcome;
    } finally {
      this.running -= 1;
      this.become(this.value);
      if (this.postponed && !this.busy) {
        this.postponed = false;
        this.inBackground(this.reconsider());
      }
    }
  }

  private async showMessage(type: MessageType, message: string): Promise<void> {
    const show =
      type === MessageType.Error
        ? vscode.window.showErrorMessage
        : type === MessageType.Warning
          ? vscode.window.showWarningMessage
          : vscode.window.showInformationMessage;
    if ((await show(message, SHOW_OUTPUT_ACTION)) === SHOW_OUTPUT_ACTION) this.logs.uv.show();
  }
}

/** The settings of the window. */
export function currentSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration("ws-lsp");
  return readSettings((key) => configuration.get(key), {
    home: os.homedir(),
    workspaceFolder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
    environment: process.env,
  });
}
