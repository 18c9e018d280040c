// The two output channels: what the client and the server do, and what uv said.

import * as vscode from "vscode";
import type { Outcome } from "./protocol";
import { levelOf } from "./uvOutput";

export class Logs implements vscode.Disposable {
  readonly client = vscode.window.createOutputChannel("uv Workspace", { log: true });
  readonly uv = vscode.window.createOutputChannel("uv Workspace: uv", { log: true });

  /** Write down what a run of uv said, line by line, each with the level that uv gave it. */
  logOutcome(outcome: Outcome): void {
    for (const line of outcome.output.split(/\r?\n/)) {
      if (line.trim()) this.uv[levelOf(line)](line);
    }
    this.uv[outcome.exitCode === 0 ? "info" : "error"](outcome.summary);
  }

  dispose(): void {
    this.client.dispose();
    this.uv.dispose();
  }
}
