// The panel that shows a workspace's graph.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { inBackground } from "../background";
import { GRAPH, type Graph, type Workspace } from "../protocol";
import type { Server } from "../server";
import { title } from "../treeModel";
import type { Workspaces } from "../workspaces";
import type { FromView, ToView } from "./messages";
import { STYLE } from "./style";

export class GraphPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private root = "";
  private graph: Graph | undefined;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly workspaces: Workspaces,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscription = workspaces.onDidAnswer(() => inBackground(this.update(), log));
  }

  /** Show the graph of a workspace, in the panel that is open already if there is one. */
  async show(workspace: Workspace): Promise<void> {
    this.root = workspace.root;
    if (this.panel) {
      this.panel.reveal();
      await this.update();
      return;
    }
    const resources = vscode.Uri.joinPath(this.context.extensionUri, "dist");
    this.panel = vscode.window.createWebviewPanel(
      "ws-lsp.graph",
      "Workspace Graph",
      vscode.ViewColumn.Active,
      {
        enableScripts: true,
        localResourceRoots: [resources],
        retainContextWhenHidden: true,
      },
    );
    this.panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, "media", "graph.svg");
    this.panel.onDidDispose(() => (this.panel = undefined));
    this.panel.webview.onDidReceiveMessage((message: FromView) =>
      inBackground(this.hear(message), this.log),
    );
    this.panel.webview.html = page(this.panel.webview, vscode.Uri.joinPath(resources, "graph.js"));
  }

  dispose(): void {
    this.subscription.dispose();
    this.panel?.dispose();
  }

  private async hear(message: FromView): Promise<void> {
    if (message.type === "ready") return this.update();
    const member = this.graph?.members.find((one) => one.name === message.name);
    if (member) await vscode.window.showTextDocument(vscode.Uri.parse(member.manifest));
  }

  private async update(): Promise<void> {
    const { client } = this.server;
    const { panel, root } = this;
    const workspace = this.workspaces.all.find((one) => one.root === root);
    if (!panel || !client || !workspace) return;
    let graph: Graph;
    try {
      graph = await client.sendRequest<Graph>(GRAPH, { root });
    } catch {
      return; // the server is going down, or was started anew; it will tell when it knows more
    }
    if (this.panel !== panel || this.root !== root) return; // closed, or for another workspace
    this.graph = graph;
    const message: ToView = { type: "graph", title: title(workspace), graph };
    panel.title = `Graph of ${title(workspace)}`;
    await panel.webview.postMessage(message);
  }
}

function page(webview: vscode.Webview, script: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="${nonce}">${STYLE}</style>
<title>Workspace Graph</title>
</head>
<body>
<header>
  <input id="filter" type="search" placeholder="Filter members" aria-label="Filter members">
  <fieldset aria-label="Kinds of requirements">
    <label><input type="checkbox" id="dependency" checked><i class="key dependency"></i>dependency</label>
    <label><input type="checkbox" id="extra" checked><i class="key extra"></i>extra</label>
    <label><input type="checkbox" id="group" checked><i class="key group"></i>group</label>
    <label><input type="checkbox" id="build" checked><i class="key build"></i>build</label>
  </fieldset>
  <span class="legend"><i class="key default"></i>default package</span>
  <span class="legend" id="cycles" hidden><i class="key cycle"></i><span id="cycle-count"></span></span>
  <span id="summary" role="status"></span>
  <span class="zoom"><button id="out" aria-label="Zoom out">−</button><button id="in" aria-label="Zoom in">+</button></span>
</header>
<main id="canvas" tabindex="-1"></main>
<script nonce="${nonce}" src="${webview.asWebviewUri(script).toString()}"></script>
</body>
</html>`;
}
