// The status bar entry and the language status item.

import * as vscode from "vscode";
import type { Server, State } from "./server";
import { rootLabel, statusBarEntry } from "./statusModel";
import type { Workspaces } from "./workspaces";

export class Status implements vscode.Disposable {
  private readonly entry = vscode.window.createStatusBarItem(
    "ws-lsp.status",
    vscode.StatusBarAlignment.Left,
    10,
  );
  private readonly item = vscode.languages.createLanguageStatusItem("ws-lsp", [
    { scheme: "file", pattern: "**/pyproject.toml" },
    { scheme: "file", pattern: "**/uv.toml" },
  ]);
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly workspaces: Workspaces,
  ) {
    this.entry.name = "uv Workspace";
    this.item.name = "uv Workspace";
    const show = (): void => this.show();
    this.subscriptions = [
      this.entry,
      this.item,
      server.onDidChangeState(show),
      workspaces.onDidChange(show),
      vscode.window.onDidChangeActiveTextEditor(show),
      vscode.workspace.onDidGrantWorkspaceTrust(show),
    ];
    this.show();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private show(): void {
    const editor = vscode.window.activeTextEditor;
    const workspace =
      (editor && this.workspaces.containing(editor.document.uri)) ?? this.workspaces.all[0];
    const { state, busy } = this.server;
    if (workspace && state.kind === "running") {
      const entry = statusBarEntry(workspace, vscode.workspace.isTrusted, busy);
      this.entry.text = entry.text;
      this.entry.tooltip = entry.tooltip;
      this.entry.command = {
        command: entry.command,
        title: entry.tooltip,
        arguments: [{ root: workspace.root }],
      };
      this.entry.backgroundColor = entry.warning
        ? new vscode.ThemeColor("statusBarItem.warningBackground")
        : undefined;
      this.entry.show();
    } else {
      this.entry.hide();
    }
    this.item.text = itemText(state);
    this.item.severity =
      state.kind === "failed" || state.kind === "noPython"
        ? vscode.LanguageStatusSeverity.Error
        : vscode.LanguageStatusSeverity.Information;
    this.item.busy = state.kind === "starting" || busy;
    this.item.command =
      state.kind === "failed" || state.kind === "noPython"
        ? { command: "ws-lsp.restartServer", title: "Restart Server" }
        : { command: "ws-lsp.showLogs", title: "Show Logs" };
    if (workspace) {
      const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) =>
        folder.uri.toString(),
      );
      this.item.detail = `${rootLabel(workspace, folders)} · ${workspace.uv === null ? "uv not found" : `uv ${workspace.uv}`}`;
    } else {
      this.item.detail =
        state.kind === "failed" || state.kind === "noPython" ? state.message : "no uv workspace";
    }
  }
}

function itemText(state: State): string {
  switch (state.kind) {
    case "running":
      return `ws-lsp ${state.version}`;
    case "starting":
      return "ws-lsp is starting";
    case "stopped":
      return "ws-lsp is stopped";
    default:
      return "ws-lsp does not run";
  }
}
