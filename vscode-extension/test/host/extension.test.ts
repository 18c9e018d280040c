import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

const ID = "ws-lsp.ws-lsp";

function uri(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert(folder);
  return vscode.Uri.joinPath(folder.uri, path);
}

async function until<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + 20_000;
  for (;;) {
    const value = await ask();
    if (value) return value;
    assert(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Manifest {
  contributes: {
    walkthroughs: { steps: { id: string; description: string; completionEvents?: string[] }[] }[];
    commands: { command: string; title: string; category: string; icon?: string }[];
    configuration: {
      properties: Record<
        string,
        { scope?: string; markdownDescription?: string; default?: unknown }
      >;
    };
  };
}

describe("the installed extension", () => {
  const extension = vscode.extensions.getExtension(ID);
  let document: vscode.TextDocument;

  before(async () => {
    assert(extension, "it is installed");
    await extension.activate();
    document = await vscode.workspace.openTextDocument(uri("pyproject.toml"));
    await vscode.window.showTextDocument(document);
    await until("there are findings", () => vscode.languages.getDiagnostics(document.uri).length);
  });

  it("says what is wrong, at its place", () => {
    const [first] = vscode.languages
      .getDiagnostics(document.uri)
      .filter((one) => one.severity === vscode.DiagnosticSeverity.Error);
    assert(first);
    assert.equal(first.source, "ws-lsp");
    assert.equal(document.getText(first.range), '"acme-wbe"');
  });

  it("looks at members that are not open", async () => {
    // closed files are checked after the open ones
    const found = () => vscode.languages.getDiagnostics(uri("apps/jobs/pyproject.toml"));
    await until("there are findings", () => found().length);
    assert.equal(found().length, 1);
  });

  it("completes the names of members", async () => {
    const at = document.positionAt(document.getText().indexOf("acme-wbe") + 5);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      at,
    );
    const labels = list.items.map((item) =>
      typeof item.label === "string" ? item.label : item.label.label,
    );
    assert(labels.includes("acme-web"), labels.join());
  });

  it("offers fixes and syncs", async () => {
    const at = document.positionAt(document.getText().indexOf("acme-wbe"));
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      new vscode.Range(at, at),
    );
    const titles = actions.map((action) => action.title);
    assert(titles.includes("Replace with `acme-web`"), titles.join());
    assert(titles.includes("Sync default packages"), titles.join());
  });

  it("registers every command that it contributes, under one category", async () => {
    const all = await vscode.commands.getCommands(true);
    const { commands } = (extension?.packageJSON as Manifest).contributes;
    assert.deepEqual(
      commands.filter(({ command }) => !all.includes(command)),
      [],
    );
    assert.deepEqual(new Set(commands.map(({ category }) => category)), new Set(["uv Workspace"]));
  });

  it("names commands that exist in the steps of its walkthrough", async () => {
    const all = await vscode.commands.getCommands(true);
    const { steps } = (extension?.packageJSON as Manifest).contributes.walkthroughs[0] ?? {};
    assert.deepEqual(
      steps?.map(({ id }) => id),
      ["check", "default", "sync", "graph"],
    );
    for (const { description, completionEvents } of steps) {
      const link = /\(command:([\w.-]+)\)/.exec(description)?.[1];
      assert(link && all.includes(link), description);
      if (completionEvents) assert.deepEqual(completionEvents, [`onCommand:${link}`]);
    }
  });

  it("describes every setting", () => {
    const { properties } = (extension?.packageJSON as Manifest).contributes.configuration;
    for (const [name, setting] of Object.entries(properties)) {
      assert(setting.markdownDescription && setting.scope && "default" in setting, name);
    }
  });

  it("takes over settings without a restart", async () => {
    const settings = vscode.workspace.getConfiguration("ws-lsp");
    const isWarning = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .some((one) => one.severity === vscode.DiagnosticSeverity.Warning);
    assert(!isWarning());
    await settings.update(
      "rules",
      { "unknown-default-package": "warning" },
      vscode.ConfigurationTarget.Workspace,
    );
    await until("the finding is a warning", isWarning);
    await settings.update("rules", undefined, vscode.ConfigurationTarget.Workspace);
    await until("the finding is an error again", () => !isWarning());
  });

  it("offers tasks", async () => {
    const tasks = await until("there are tasks", async () => {
      const found = await vscode.tasks.fetchTasks({ type: "ws-lsp" });
      return found.length > 0 ? found : undefined;
    });
    const names = tasks.map((task) => task.name);
    assert.equal(names.length, 9);
    assert(
      names.includes("sync default packages") && names.includes("sync acme-api"),
      names.join(),
    );
    assert.deepEqual(new Set(tasks.flatMap((task) => task.problemMatchers)), new Set(["$uv"]));
  });

  it("runs a task", async () => {
    const [task] = (await vscode.tasks.fetchTasks({ type: "ws-lsp" })).filter(
      (one) => one.name === "sync workspace",
    );
    assert(task);
    const ended = new Promise<number | undefined>((resolve) =>
      vscode.tasks.onDidEndTaskProcess((event) => resolve(event.exitCode)),
    );
    await vscode.tasks.executeTask(task);
    assert.equal(await ended, 1); // uv's own code: the workspace has a mistake that uv refuses
  });

  it("comes back after a restart", async () => {
    const restart = () => vscode.commands.executeCommand("ws-lsp.restartServer");
    await Promise.all([restart(), restart()]);
    await until("there are findings", () => vscode.languages.getDiagnostics(document.uri).length);
  });

  it("adds a default package from the view, and keeps the rest of the file", async () => {
    const before = document.getText();
    const root = uri("").toString().replace(/\/$/, "");
    const member = { name: "acme-cli", isDefault: false };
    await vscode.commands.executeCommand("ws-lsp.addDefaultPackage", {
      workspace: { root, name: "acme", defaultPackages: [], members: [member] },
      member,
    });
    assert.equal(
      document.getText(),
      before.replace('["acme-api", "acme-wbe"]', '["acme-api", "acme-wbe", "acme-cli"]'),
    );
    assert(!document.isDirty, "it is saved");
  });

  it("takes the server beside the interpreter that is selected in a Python extension that comes later", async () => {
    const interpreter = async (): Promise<string | undefined> => {
      const [task] = await vscode.tasks.fetchTasks({ type: "ws-lsp" });
      return (task?.execution as vscode.ProcessExecution | undefined)?.process;
    };
    const before = await until("the server runs", interpreter);
    const environment = environmentWithServer(before, extension?.extensionPath ?? "");
    const vsix = process.env["WS_LSP_TEST_PYTHON_EXTENSION"];
    assert(vsix);
    await vscode.commands.executeCommand(
      "workbench.extensions.installExtension",
      vscode.Uri.file(vsix),
    );
    const python = await until("it is installed", () =>
      vscode.extensions.getExtension<{ select(executable: string): void }>("ms-python.python"),
    );
    await until("it is asked", () => python.isActive);
    assert.equal(await interpreter(), before);
    python.exports.select(environment);
    await until(
      "its interpreter runs the server",
      async () => (await interpreter()) === environment,
    );
    python.exports.select("");
    await until("the other one runs it again", async () => (await interpreter()) === before);
  });
});

/** Make a virtual environment in which the server is installed, and return its interpreter. */
function environmentWithServer(python: string, extension: string): string {
  const directory = path.join(path.dirname(uri("").fsPath), "environment");
  execFileSync(python, ["-m", "venv", "--without-pip", directory]);
  const executable = path.join(directory, "bin", "python");
  const where = "import sysconfig; print(sysconfig.get_path('purelib'), end='')";
  const packages = execFileSync(executable, ["-c", where], { encoding: "utf8" });
  fs.writeFileSync(path.join(packages, "server.pth"), path.join(extension, "bundled", "libs"));
  return executable;
}
