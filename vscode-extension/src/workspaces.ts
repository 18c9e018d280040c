// What the server knows of the open workspaces, kept up to date.

import * as vscode from "vscode";
import { ResponseError } from "vscode-languageclient/node";
import { inBackground } from "./background";
import { Coalesced } from "./coalesced";
import { isBelow, pathOf } from "./paths";
import { WORKSPACES, WORKSPACES_CHANGED, type Member, type Workspace } from "./protocol";
import type { Server } from "./server";

export class Workspaces implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly answered = new vscode.EventEmitter<void>();
  /** The server was asked anew: what it does not list, such as the graph, may have changed as well. */
  readonly onDidAnswer = this.answered.event;
  private readonly subscriptions: vscode.Disposable[] = [this.changed, this.answered];
  private known: readonly Workspace[] = [];
  private readonly refreshing = new Coalesced(() => this.ask());

  constructor(
    private readonly server: Server,
    private readonly log: vscode.LogOutputChannel,
  ) {
    let listening: unknown;
    this.subscriptions.push(
      server.onDidChangeState((state) => {
        const { client } = server;
        if (state.kind === "running" && client !== undefined && client !== listening) {
          listening = client;
          client.onNotification(WORKSPACES_CHANGED, () => inBackground(this.refresh(), log));
        }
        inBackground(this.refresh(), log);
      }),
    );
  }

  get all(): readonly Workspace[] {
    return this.known;
  }

  /** The workspace that a file or directory lies in; of nested ones the innermost. */
  containing(uri: vscode.Uri): Workspace | undefined {
    const path = pathOf(uri.toString());
    const inside = (workspace: Workspace): boolean =>
      [workspace.root, ...workspace.members.map((member) => member.path)].some((directory) =>
        isBelow(path, pathOf(directory)),
      );
    return this.known.filter(inside).sort((one, other) => other.root.length - one.root.length)[0];
  }

  /** The member that a file lies in; of nested ones the innermost. */
  memberContaining(uri: vscode.Uri): { workspace: Workspace; member: Member } | undefined {
    const workspace = this.containing(uri);
    const path = pathOf(uri.toString());
    const member = workspace?.members
      .filter((one) => isBelow(path, pathOf(one.path)))
      .sort((one, other) => other.path.length - one.path.length)[0];
    return workspace && member && { workspace, member };
  }

  /** Ask the server anew. One question is under way at a time, and those that come meanwhile become one. */
  refresh(): Promise<void> {
    return this.refreshing.request();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async ask(): Promise<void> {
    const found = await this.answer();
    // most keystrokes change nothing that is shown of a workspace
    if (found !== undefined && JSON.stringify(found) !== JSON.stringify(this.known)) {
      this.known = found;
      this.changed.fire();
    }
    this.answered.fire();
  }

  private async answer(): Promise<readonly Workspace[] | undefined> {
    const { client, state } = this.server;
    // while the server restarts what was known still stands: an empty view for a second helps nobody
    if (client === undefined)
      return state.kind === "starting" || state.kind === "stopped" ? undefined : [];
    try {
      return await client.sendRequest<readonly Workspace[]>(WORKSPACES, {});
    } catch (error) {
      if (this.server.client !== client) return undefined; // it ended meanwhile, and another will answer
      if (error instanceof ResponseError)
        this.log.warn(`The server did not list its workspaces: ${error.message}`);
      return [];
    }
  }
}
