// Runs inside the extension host: VS Code calls `run`, and a rejected promise is a failed run.

import * as path from "node:path";
import Mocha from "mocha";
import * as vscode from "vscode";

export function run(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const mocha = new Mocha({
    ui: "bdd",
    timeout: 30_000,
    reporter: "json",
    reporterOptions: { output: path.join(folder, ".host-tests.json") },
  });
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, "", mocha);
  return import("./extension.test").then(
    () =>
      new Promise((resolve, reject) => {
        mocha.run((failures) =>
          failures ? reject(new Error(`${failures} tests failed`)) : resolve(),
        );
      }),
  );
}
