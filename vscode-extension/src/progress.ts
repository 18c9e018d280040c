// What the server reports of a long run, as a notification with Cancel: the client library itself would
// show it in the status bar, where nothing can be cancelled.

import * as vscode from "vscode";
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from "vscode-languageclient/node";
import { inBackground } from "./background";

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

interface Running {
  readonly report: (message: string | undefined, percentage: number | undefined) => void;
  readonly end: () => void;
}

export class Progress {
  private readonly running = new Map<ProgressToken, Running>();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Show what the server says of a run; `cancel` asks the server to end it. */
  hear(token: ProgressToken, value: Value, cancel: () => void): void {
    switch (value.kind) {
      case "begin":
        this.running.set(token, this.begin(value.title, cancel));
        this.running.get(token)?.report(value.message, value.percentage);
        break;
      case "report":
        this.running.get(token)?.report(value.message, value.percentage);
        break;
      case "end":
        this.running.get(token)?.end();
        this.running.delete(token);
        break;
    }
  }

  /** End what a server that is gone began. */
  clear(): void {
    for (const run of this.running.values()) run.end();
    this.running.clear();
  }

  private begin(title: string, cancel: () => void): Running {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    let show: vscode.Progress<{ message?: string; increment?: number }> | undefined;
    let shown = 0;
    inBackground(
      vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (progress, token) => {
          show = progress;
          token.onCancellationRequested(cancel);
          return ended;
        },
      ),
      this.log,
    );
    return {
      end,
      report(message, percentage) {
        const increment = percentage === undefined ? 0 : Math.max(0, percentage - shown);
        shown += increment;
        show?.report({ ...(message !== undefined && { message }), increment });
      },
    };
  }
}
