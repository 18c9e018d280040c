import * as path from "node:path";
import * as vscode from "vscode";
import { inBackground } from "./background";
import { Commands } from "./commands";
import { GraphPanel } from "./graph/panel";
import { SelectedInterpreter } from "./interpreter";
import { Logs } from "./logs";
import { Server } from "./server";
import { RESTARTING } from "./settings";
import { Status } from "./status";
import { TASK_TYPE, TaskProvider } from "./tasks";
import { WorkspaceTree } from "./tree";
import { Workspaces } from "./workspaces";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const logs = new Logs();
  const interpreter = new SelectedInterpreter(logs.client);
  const bundled = context.asAbsolutePath(path.join("bundled", "ws_lsp_main.py"));
  const running = new Server(bundled, interpreter, logs);
  server = running;
  const workspaces = new Workspaces(running, logs.client);
  const graph = new GraphPanel(context, running, workspaces, logs.client);
  const commands = new Commands(context, running, workspaces, logs, graph);

  const setContext = (name: string, value: unknown): void =>
    inBackground(
      vscode.commands.executeCommand("setContext", `ws-lsp.${name}`, value),
      logs.client,
    );
  const showState = (): void => {
    const { all } = workspaces;
    setContext("state", running.state.kind);
    setContext("hasWorkspace", all.length > 0);
    setContext(
      "canRunUv",
      all.length > 0 && running.state.kind === "running" && vscode.workspace.isTrusted,
    );
  };
  setContext("active", true);
  showState();

  context.subscriptions.push(
    logs,
    workspaces,
    graph,
    commands,
    new WorkspaceTree(workspaces),
    new Status(running, workspaces),
    vscode.tasks.registerTaskProvider(TASK_TYPE, new TaskProvider(running, workspaces)),
    running.onDidChangeState(showState),
    workspaces.onDidChange(showState),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (RESTARTING.some((setting) => event.affectsConfiguration(setting)))
        inBackground(running.restart(), logs.client);
      else if (event.affectsConfiguration("ws-lsp"))
        inBackground(running.tellSettings(), logs.client);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      showState();
      inBackground(running.grantTrust(), logs.client);
    }),
    interpreter,
    interpreter.onDidChange(() => inBackground(running.reconsider(), logs.client)),
  );
  // not awaited: the commands work at once, and say what is missing
  inBackground(running.request(), logs.client);
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}
