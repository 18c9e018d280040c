// Tasks of the type `ws-lsp`, for those who want a terminal: the same plans as the commands'.

import * as vscode from "vscode";
import { pathOf } from "./paths";
import type { Workspace } from "./protocol";
import { currentSettings, type Server } from "./server";
import { type TaskDefinition, commandLine, definitions, taskName } from "./taskModel";
import { title } from "./treeModel";
import type { Workspaces } from "./workspaces";

export const TASK_TYPE = "ws-lsp";

export class TaskProvider implements vscode.TaskProvider {
  constructor(
    private readonly server: Server,
    private readonly workspaces: Workspaces,
  ) {}

  provideTasks(): vscode.Task[] {
    return this.workspaces.all.flatMap((workspace) =>
      definitions(workspace, this.workspaces.all.length > 1).flatMap(
        (definition) => this.task(definition, workspace) ?? [],
      ),
    );
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const definition = task.definition as unknown as TaskDefinition;
    const { all } = this.workspaces;
    const root = definition.root;
    const workspace =
      root === undefined
        ? all[0]
        : all.find((one) => pathOf(one.root) === pathOf(vscode.Uri.file(root).toString()));
    return workspace && this.task(definition, workspace);
  }

  private task(definition: TaskDefinition, workspace: Workspace): vscode.Task | undefined {
    const { state } = this.server;
    if (state.kind !== "running") return undefined;
    const parameters = commandLine(definition);
    if (!parameters) return undefined;
    const root = vscode.Uri.parse(workspace.root);
    const { uvPath } = currentSettings();
    const options = { cwd: root.fsPath, ...(uvPath && { env: { UV: uvPath } }) };
    const execution = new vscode.ProcessExecution(
      state.start.command,
      [...state.start.arguments, ...parameters],
      options,
    );
    const scope = vscode.workspace.getWorkspaceFolder(root) ?? vscode.TaskScope.Workspace;
    const task = new vscode.Task(
      definition,
      scope,
      taskName(definition),
      TASK_TYPE,
      execution,
      "$uv",
    );
    task.detail = `in ${title(workspace)}`;
    return task;
  }
}
