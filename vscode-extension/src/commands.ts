// The commands of the palette, the view and the status bar. None of them throws where there is no workspace.

import { execFile } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { inBackground, logError } from "./background";
import type { GraphPanel } from "./graph/panel";
import { issueBody } from "./issue";
import type { Logs } from "./logs";
import { relativePath } from "./paths";
import {
  CHANGE_DEFAULT_PACKAGES,
  type DefaultPackagesArguments,
  HOMES,
  type Home,
  LOCK,
  type Member,
  NEW_MEMBER,
  type NewMemberArguments,
  type Outcome,
  type Packages,
  SYNC,
  type SyncArguments,
  type SyncOptions,
  type Workspace,
} from "./protocol";
import type { Server } from "./server";
import { memberDescription, title } from "./treeModel";
import type { Workspaces } from "./workspaces";

/** What a command may be called with: an item of the view, or `{ root }` from the status bar. */
type Target =
  { readonly workspace?: Workspace; readonly member?: Member; readonly root?: string } | undefined;

/** `chosen` are the rows of the view where several are chosen. */
type Run = (target: Target, chosen: readonly Target[]) => Promise<unknown>;

const CHOICE = "ws-lsp.lastChoice";

export class Commands implements vscode.Disposable {
  private readonly previews = new Previews();
  private readonly subscriptions: vscode.Disposable[] = [this.previews];

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly workspaces: Workspaces,
    private readonly logs: Logs,
    private readonly graph: GraphPanel,
  ) {
    const commands: Record<string, Run> = {
      syncWorkspace: (target) => this.syncWhole(target, "all"),
      syncDefaultPackages: (target) => this.syncWhole(target, "default"),
      syncPackage: (target) => this.syncChosen(target),
      syncMember: (target, chosen) => this.syncMember(target, chosen),
      syncDependents: (target) => this.syncDependents(target),
      syncChanged: (target) => this.syncChanged(target),
      previewSync: (target) => this.preview(target),
      updateLockfile: (target) => this.lock(target),
      editDefaultPackages: (target) => this.editDefaultPackages(target),
      newMember: (target) => this.newMember(target),
      showGraph: async (target) => {
        const workspace = await this.workspace(target);
        if (workspace) await this.graph.show(workspace);
      },
      restartServer: () => this.server.restart(),
      showLogs: () => {
        this.logs.client.show();
        return Promise.resolve();
      },
      reportIssue: () => this.reportIssue(),
      findUv: () => this.findUv(),
      openManifest: (target) => this.openManifest(target),
      revealMember: (target) => this.reveal(target),
      addDefaultPackage: (target) => this.changeDefaultPackage(target, true),
      removeDefaultPackage: (target) => this.changeDefaultPackage(target, false),
    };
    for (const [name, run] of Object.entries(commands)) {
      const id = `ws-lsp.${name}`;
      this.subscriptions.push(
        vscode.commands.registerCommand(id, (target?: unknown, chosen?: unknown) =>
          this.guarded(run, target, chosen),
        ),
      );
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  // -------------------------------------------------------------------------- sync

  private async syncWhole(target: Target, packages: "all" | "default"): Promise<void> {
    const workspace = await this.workspace(target);
    if (workspace) await this.sync(workspace.root, packages);
  }

  /** Several rows of the view may be chosen: those of the same workspace are synced together. */
  private async syncMember(target: Target, chosen: readonly Target[]): Promise<void> {
    const found = await this.member(target);
    if (!found) return;
    const { root } = found.workspace;
    const names = chosen
      .filter((one) => one?.workspace?.root === root)
      .flatMap((one) => one?.member?.name ?? []);
    await this.sync(root, names.includes(found.member.name) ? names : [found.member.name]);
  }

  private async syncDependents(target: Target): Promise<void> {
    const found = await this.member(target);
    if (found)
      await this.run(SYNC, {
        root: found.workspace.root,
        packages: [found.member.name],
        dependents: true,
      });
  }

  private async syncChanged(target: Target): Promise<void> {
    const workspace = await this.workspace(target);
    if (!workspace) return;
    const since = await vscode.window.showInputBox({
      title: "Sync Changed Members",
      prompt:
        "The git reference to compare with: members that differ from its merge base are synced",
      value: await defaultBranch(vscode.Uri.parse(workspace.root).fsPath),
    });
    if (since?.trim()) await this.run(SYNC, { root: workspace.root, since: since.trim() });
  }

  /** The member to act on: that of the argument, or the one that holds the active file. */
  private async member(
    target: Target,
  ): Promise<{ readonly workspace: Workspace; readonly member: Member } | undefined> {
    const editor = vscode.window.activeTextEditor;
    const found =
      target?.workspace && target.member
        ? { workspace: target.workspace, member: target.member }
        : editor && this.workspaces.memberContaining(editor.document.uri);
    if (!found)
      await vscode.window.showInformationMessage(
        "Open a file of a member first: no member of a uv workspace holds the active file",
      );
    return found;
  }

  private async syncChosen(target: Target): Promise<void> {
    const workspace = await this.workspace(target);
    if (!workspace) return;
    const last = this.context.workspaceState.get<Record<string, string[]>>(CHOICE) ?? {};
    const picked = await pickMembers(
      workspace,
      "Choose the packages to sync",
      (member) => last[workspace.root]?.includes(member.name) ?? member.isDefault,
    );
    if (!picked) return;
    await this.context.workspaceState.update(CHOICE, { ...last, [workspace.root]: picked });
    if (picked.length > 0) await this.sync(workspace.root, picked);
  }

  private async preview(target: Target): Promise<void> {
    const workspace = await this.workspace(target);
    if (!workspace) return;
    const whole = [
      { label: "$(star) Default packages", packages: "default" as Packages },
      { label: "$(sync) Every member", packages: "all" as Packages },
    ];
    const members = workspace.members.map((member) => ({
      label: `$(package) ${member.name}`,
      description: memberDescription(member),
      packages: [member.name] as Packages,
    }));
    const choice = await vscode.window.showQuickPick([...whole, ...members], {
      title: "Preview Sync",
      placeHolder: "Choose what would be synced",
      matchOnDescription: true,
    });
    if (!choice) return;
    const outcome = await this.sync(workspace.root, choice.packages, { dryRun: true });
    if (outcome?.status === "ok") {
      const heading = `What a sync of ${choice.label.replace(/^\$\(\S+\) /, "").toLowerCase()} would change in ${title(workspace)}. Nothing was changed yet.`;
      const lines = outcome.preview?.length ? outcome.preview : [outcome.summary];
      await this.previews.show(title(workspace), [heading, "", ...lines, ""].join("\n"));
    }
  }

  private async lock(target: Target): Promise<void> {
    const workspace = await this.workspace(target);
    if (workspace) await this.run(LOCK, { root: workspace.root });
  }

  private sync(
    root: string,
    packages: Packages,
    options?: SyncOptions,
  ): Promise<Outcome | undefined> {
    return this.run(SYNC, { root, packages, ...(options && { options }) });
  }

  /** The server reports progress, can be cancelled, and says how it ended. */
  private async run(
    command: string,
    argument: SyncArguments | { root: string },
  ): Promise<Outcome | undefined> {
    if (!vscode.workspace.isTrusted) {
      const manage = "Manage Workspace Trust";
      const choice = await vscode.window.showWarningMessage(
        "uv is not run in a workspace that is not trusted",
        manage,
      );
      if (choice === manage) await vscode.commands.executeCommand("workbench.trust.manage");
      return undefined;
    }
    if (!this.server.client) {
      await vscode.window.showWarningMessage("The uv workspace server does not run");
      return undefined;
    }
    // the command that the client registered for the server: it goes through the client's middleware
    const outcome = await vscode.commands.executeCommand<Outcome | undefined>(command, argument);
    inBackground(this.workspaces.refresh(), this.logs.client);
    return outcome;
  }

  // ---------------------------------------------------------------- default packages

  private async editDefaultPackages(target: Target): Promise<void> {
    const workspace = await this.workspace(target);
    if (!workspace) return;
    const picked = await pickMembers(
      workspace,
      "Choose the default packages",
      (member) => member.isDefault,
    );
    if (!picked) return;
    const before = workspace.defaultPackages === null ? [] : defaultMembers(workspace);
    await this.changeDefaultPackages(workspace, {
      add: picked.filter((name) => !before.includes(name)),
      remove: before.filter((name) => !picked.includes(name)),
    });
  }

  private async changeDefaultPackage(target: Target, add: boolean): Promise<void> {
    const { workspace, member } = target ?? {};
    if (!workspace || !member) return;
    await this.changeDefaultPackages(workspace, { [add ? "add" : "remove"]: [member.name] });
  }

  /** Only where the setting is missing does it matter into which table it comes. */
  private async changeDefaultPackages(
    { root, defaultPackages }: Workspace,
    change: Pick<DefaultPackagesArguments, "add" | "remove">,
  ): Promise<void> {
    const home = defaultPackages === null ? await chooseHome() : HOMES[0];
    if (!home) return;
    const argument: DefaultPackagesArguments = { root, home, ...change };
    await vscode.commands.executeCommand(CHANGE_DEFAULT_PACKAGES, argument);
  }

  // ----------------------------------------------------------------------- members

  private async newMember(target: Target): Promise<void> {
    const workspace = await this.workspace(target);
    if (!workspace) return;
    const parents = [
      ...new Set(
        workspace.members
          .filter((member) => !member.isRoot)
          .map((member) => path.posix.dirname(relativePath(workspace.root, member.path))),
      ),
    ];
    const parent =
      parents.length > 1
        ? await vscode.window.showQuickPick(parents.sort(), {
            title: "New Member",
            placeHolder: "Choose the directory to put it in",
          })
        : null; // the server knows the usual place
    if (parent === undefined) return;
    const name = await vscode.window.showInputBox({
      title: "New Member",
      prompt:
        parent === null
          ? "The name of the package"
          : `The name of the package; its directory will be \`${parent}/<name>\``,
      validateInput: (value) => problemOfName(value, workspace),
    });
    if (!name) return;
    const argument: NewMemberArguments = {
      root: workspace.root,
      name,
      ...(parent !== null && { directory: `${parent}/*` }),
    };
    const made = await vscode.commands.executeCommand<{ manifest: string } | undefined>(
      NEW_MEMBER,
      argument,
    );
    if (made) await vscode.window.showTextDocument(vscode.Uri.parse(made.manifest));
  }

  private async openManifest(target: Target): Promise<void> {
    const { workspace, member } = target ?? {};
    if (member) await vscode.window.showTextDocument(vscode.Uri.parse(member.manifest));
    else if (workspace)
      await vscode.window.showTextDocument(
        vscode.Uri.joinPath(vscode.Uri.parse(workspace.root), "pyproject.toml"),
      );
  }

  private async reveal(target: Target): Promise<void> {
    const directory = target?.member?.path ?? target?.workspace?.root;
    if (directory)
      await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.parse(directory));
  }

  // ----------------------------------------------------------------------- the rest

  private async findUv(): Promise<void> {
    const choice = await vscode.window.showWarningMessage(
      "uv was not found. Install it, or set the path to it",
      "How to Install uv",
      "Open Settings",
    );
    if (choice === "How to Install uv")
      await vscode.env.openExternal(
        vscode.Uri.parse("https://docs.astral.sh/uv/getting-started/installation/"),
      );
    if (choice === "Open Settings")
      await vscode.commands.executeCommand("workbench.action.openSettings", "ws-lsp.uv.path");
  }

  private async reportIssue(): Promise<void> {
    const { state } = this.server;
    const { version, bugs } = this.context.extension.packageJSON as {
      version: string;
      bugs: { url: string };
    };
    const body = issueBody({
      extension: version,
      server:
        state.kind === "running" ? `ws-lsp ${state.version} (${state.start.source})` : state.kind,
      uv: this.workspaces.all[0]?.uv,
      editor: `${vscode.version} (${vscode.env.appName})`,
      system: `${os.type()} ${os.release()} ${os.arch()}`,
    });
    // not VS Code's reporter: newer ones in a browser leave out what they are given
    const page = vscode.Uri.joinPath(vscode.Uri.parse(bugs.url), "new");
    await vscode.env.openExternal(page.with({ query: `body=${body}` }));
  }

  /** The workspace to act on: that of the argument, of the active file, the only one, or one that is chosen. */
  private async workspace(target: Target): Promise<Workspace | undefined> {
    const { all } = this.workspaces;
    const named = target?.workspace?.root ?? target?.root;
    const editor = vscode.window.activeTextEditor;
    const found =
      all.find((one) => one.root === named) ??
      (editor && this.workspaces.containing(editor.document.uri)) ??
      (all.length === 1 ? all[0] : undefined);
    if (found) return found;
    if (all.length === 0) {
      await vscode.window.showInformationMessage(
        "No uv workspace is open. Open a folder with a `pyproject.toml`",
      );
      return undefined;
    }
    const items = all.map((workspace) => ({
      label: title(workspace),
      description: vscode.workspace.asRelativePath(vscode.Uri.parse(workspace.root)),
      workspace,
    }));
    return (await vscode.window.showQuickPick(items, { placeHolder: "Choose the workspace" }))
      ?.workspace;
  }

  private async guarded(run: Run, target: unknown, chosen: unknown): Promise<unknown> {
    try {
      return await run(
        typeof target === "object" && target !== null ? target : undefined,
        Array.isArray(chosen) ? (chosen as Target[]) : [],
      );
    } catch (error) {
      logError(error, this.logs.client);
      const message = error instanceof Error ? error.message : String(error);
      if ((await vscode.window.showErrorMessage(message, "Show Logs")) === "Show Logs")
        this.logs.client.show();
      return undefined;
    }
  }
}

/** Previews as documents that nobody is asked to save. */
class Previews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private static readonly SCHEME = "ws-lsp-preview";
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(
    Previews.SCHEME,
    this,
  );

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: Previews.SCHEME, path: `Preview Sync: ${name}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }
}

/** The default branch of the repository's remote, `main` where git does not say. Untrusted repositories are not asked. */
async function defaultBranch(directory: string): Promise<string> {
  if (!vscode.workspace.isTrusted) return "main";
  const head = ["-C", directory, "rev-parse", "--abbrev-ref", "origin/HEAD"];
  return new Promise((resolve) => {
    execFile("git", head, { timeout: 3000 }, (error, output) => {
      resolve(error ? "main" : output.trim() || "main");
    });
  });
}

interface MemberItem extends vscode.QuickPickItem {
  readonly name: string;
}

async function pickMembers(
  workspace: Workspace,
  placeHolder: string,
  isPicked: (member: Member) => boolean,
): Promise<string[] | undefined> {
  const items = [...workspace.members]
    .sort(
      (one, other) =>
        Number(isPicked(other)) - Number(isPicked(one)) || one.name.localeCompare(other.name),
    )
    .map((member): MemberItem => {
      const where = relativePath(workspace.root, member.path);
      return {
        name: member.name,
        label: member.name,
        description: member.version ?? "",
        detail: `${where === "." ? "root" : where}${member.isDefault ? " · default" : ""}${member.installed ? " · $(check) installed" : ""}`,
        picked: isPicked(member),
      };
    });
  const options = {
    canPickMany: true as const,
    title: title(workspace),
    placeHolder,
    matchOnDetail: true,
  };
  return (await vscode.window.showQuickPick(items, options))?.map((item) => item.name);
}

async function chooseHome(): Promise<Home | undefined> {
  const details: Record<Home, string> = {
    "tool.ws-lsp": "Recommended: uv does not read this table",
    "tool.uv": "As proposed to uv; up to uv 0.13 it drops the other settings of the table",
  };
  const items = HOMES.map((home) => ({ label: `[${home}]`, detail: details[home], home }));
  return (
    await vscode.window.showQuickPick(items, {
      title: "Edit Default Packages",
      placeHolder: "Choose the table for `default-packages`",
    })
  )?.home;
}

/** What can be said while one types; another spelling of a member's name the server refuses. */
function problemOfName(value: string, workspace: Workspace): string | undefined {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(value))
    return "A name begins and ends with a letter or a digit, and holds only these, `-`, `_` and `.`";
  return workspace.members.some((member) => member.name === value)
    ? `\`${value}\` is a member already`
    : undefined;
}

function defaultMembers(workspace: Workspace): string[] {
  return workspace.members.filter((member) => member.isDefault).map((member) => member.name);
}
