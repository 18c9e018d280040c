// The view "uv Workspace" in the Explorer.

import * as vscode from "vscode";
import { viewMessage } from "./statusModel";
import * as model from "./treeModel";
import type { Node } from "./treeModel";
import type { Workspaces } from "./workspaces";

export const VIEW = "ws-lsp.workspace";

/** The scheme of the items' resources, which exist for their decorations alone. */
const SCHEME = "ws-lsp-member";

const ICONS: Readonly<Record<model.Status, vscode.ThemeIcon>> = {
  errors: new vscode.ThemeIcon("package", new vscode.ThemeColor("list.errorForeground")),
  warnings: new vscode.ThemeIcon("package", new vscode.ThemeColor("list.warningForeground")),
  outdated: new vscode.ThemeIcon("package", new vscode.ThemeColor("list.warningForeground")),
  installed: new vscode.ThemeIcon("package", new vscode.ThemeColor("testing.iconPassed")),
  notInstalled: new vscode.ThemeIcon("package", new vscode.ThemeColor("disabledForeground")),
};

const SECTION_ICONS: Readonly<Record<model.Section, string>> = {
  dependencies: "arrow-right",
  dependents: "arrow-left",
  groups: "list-unordered",
  extras: "extensions",
};

export class WorkspaceTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly onDidChangeTreeData: vscode.Event<void>;
  private readonly view: vscode.TreeView<Node>;
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(private readonly workspaces: Workspaces) {
    this.onDidChangeTreeData = workspaces.onDidChange;
    this.view = vscode.window.createTreeView<Node>(VIEW, {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    const decorations = new Decorations(workspaces);
    this.subscriptions.push(
      this.view,
      decorations,
      vscode.window.registerFileDecorationProvider(decorations),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      workspaces.onDidChange(() => this.showMessage()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.showMessage()),
      this.view.onDidChangeVisibility(() => this.follow(vscode.window.activeTextEditor)),
    );
  }

  getChildren(node?: Node): Node[] {
    return node ? model.children(node) : model.roots(this.workspaces.all);
  }

  getParent(node: Node): Node | undefined {
    return model.parent(node);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem("", None);
    item.id = node.id;
    item.contextValue = model.contextValue(node);
    switch (node.kind) {
      case "root":
        item.label = model.title(node.workspace);
        item.description = model.rootDescription(node.workspace);
        item.collapsibleState = Expanded;
        item.iconPath = new vscode.ThemeIcon("root-folder");
        item.tooltip = vscode.Uri.parse(node.workspace.root).fsPath;
        break;
      case "member":
        item.label = node.member.name;
        item.description = model.memberDescription(node.member);
        item.tooltip = new vscode.MarkdownString(model.memberTooltip(node.workspace, node.member));
        item.collapsibleState = model.children(node).length > 0 ? Collapsed : None;
        item.iconPath = ICONS[model.status(node.member)];
        item.resourceUri = decorated(node.member.manifest);
        break;
      case "section":
        item.label =
          model.SECTIONS.find(([section]) => section === node.section)?.[1] ?? node.section;
        item.collapsibleState = Collapsed;
        item.iconPath = new vscode.ThemeIcon(SECTION_ICONS[node.section]);
        break;
      case "reference":
        item.label = node.member.name;
        item.iconPath = new vscode.ThemeIcon("package");
        item.command = {
          command: "vscode.open",
          title: "Open Manifest",
          arguments: [vscode.Uri.parse(node.member.manifest)],
        };
        break;
      case "name":
        item.label = node.name;
        item.iconPath = new vscode.ThemeIcon(SECTION_ICONS[node.section]);
        break;
    }
    return item;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** What keeps uv from being run stands above the members: welcome content shows in an empty view only. */
  private showMessage(): void {
    // not undefined, which the types refuse, and not `delete`, which takes VS Code's setter away
    this.view.message = viewMessage(this.workspaces.all, vscode.workspace.isTrusted) ?? "";
  }

  /** Select the member that the active editor's file belongs to. */
  private follow(editor: vscode.TextEditor | undefined): void {
    if (!this.view.visible || editor?.document.uri.scheme !== "file") return;
    const found = this.workspaces.memberContaining(editor.document.uri);
    if (!found) return;
    const node = model.memberNode(found.workspace, found.member);
    // it fails where the tree was replaced meanwhile, and what replaced it follows again
    this.view.reveal(node, { select: true, focus: false }).then(undefined, () => undefined);
  }
}

/** Badges and colours of the members in the view. */
class Decorations implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeFileDecorations = this.changed.event;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly workspaces: Workspaces) {
    this.subscription = workspaces.onDidChange(() => this.changed.fire(undefined));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== SCHEME) return undefined;
    const members = this.workspaces.all.flatMap((workspace) => workspace.members);
    const member = members.find((one) => decorated(one.manifest).toString() === uri.toString());
    if (!member) return undefined;
    const found = member.errors + member.warnings;
    if (found > 0) {
      return new vscode.FileDecoration(
        found > 9 ? "9+" : `${found}`,
        model.findings(member).join(", "),
        new vscode.ThemeColor(
          member.errors > 0 ? "list.errorForeground" : "list.warningForeground",
        ),
      );
    }
    if (member.outdated)
      return new vscode.FileDecoration(
        "!",
        "Out of date",
        new vscode.ThemeColor("list.warningForeground"),
      );
    return member.isDefault ? new vscode.FileDecoration("D", "Default package") : undefined;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

function decorated(manifest: string): vscode.Uri {
  return vscode.Uri.parse(manifest).with({ scheme: SCHEME });
}
