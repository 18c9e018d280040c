// Where and how the server runs: trust, several workspaces, crashes, no Python.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { serverOf } from "./processes.mjs";
import { acme, installed, misspelt, ROOT, sound } from "./workspaces.mjs";

export const running = {
  /** In a workspace that is not trusted files are checked and uv is not run, until trust is granted. */
  trust: {
    options: {
      makeWorkspace: misspelt,
      trust: true,
      // older VS Code would ask at the start, newer has a banner
      settings: { "security.workspace.trust.startupPrompt": "never" },
    },
    async body(workbench, { folder }) {
      const { page } = workbench;
      await workbench.statusBar("Restricted Mode");
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      await workbench.statusBar("uv: restricted");
      await workbench.waitForCommands("uv Workspace:", [
        "uv Workspace: Edit Default Packages…",
        "uv Workspace: New Member…",
        "uv Workspace: Report Issue",
        "uv Workspace: Restart Server",
        "uv Workspace: Show Logs",
        "uv Workspace: Show Workspace Graph",
      ]);
      await workbench.waitForMembers(7);
      await workbench.tree.getByText("Restricted Mode: uv is not run").waitFor();
      await workbench.shot("restricted");
      assert.equal(fs.existsSync(path.join(folder, ".venv")), false);

      await workbench.command("Workspaces: Manage Workspace Trust");
      await page
        .locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ })
        .first()
        .click();
      await workbench.statusBar("uv: 0/2 default packages installed");
      await workbench.tree.getByText("Restricted Mode").waitFor({ state: "hidden" });
      await workbench.command("View: Close Editor");
      await workbench.command("uv Workspace: Sync Workspace");
      await workbench.until("uv has run", () => installed(folder).length === 7, 60000);
      await workbench.shot("trusted");
    },
  },

  /** Two workspaces in one window. */
  multiRoot: {
    options: {
      makeWorkspace: sound,
      query(server) {
        const second = path.join(server.directory, "second");
        fs.mkdirSync(second);
        fs.writeFileSync(
          path.join(second, ROOT),
          '[project]\nname = "second"\nversion = "0.1.0"\n\n[tool.uv.workspace]\nmembers = []\n\n[tool.ws-lsp]\ndefault-packages = ["secnod"]\n',
        );
        const file = path.join(server.directory, "two.code-workspace");
        fs.writeFileSync(
          file,
          JSON.stringify({ folders: [{ path: server.folder }, { path: second }] }),
        );
        return { workspace: file };
      },
    },
    async body(workbench, { directory }) {
      await workbench.openFile(ROOT, path.join(directory, "second"));
      await workbench.waitSquiggle();
      await workbench.waitForMembers(7);
      await workbench.treeRow("second").filter({ hasText: "1 member" }).waitFor();
      await workbench.waitForProblem("Did you mean `second`?");
      await workbench.shot("both");
    },
  },

  /** A server that is killed comes back. */
  crash: {
    options: { makeWorkspace: acme },
    async body(workbench, server) {
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      const one = () => {
        const [process, ...others] = serverOf(server);
        return others.length === 0 && process;
      };
      const before = await workbench.until("one server runs", one);
      process.kill(before, "SIGKILL");
      await workbench.toast("ended unexpectedly and is started again").waitFor();
      await workbench.until("another server runs", () => one() && one() !== before);
      await workbench.shot("message");
      await workbench.goto(8, 22);
      await workbench.page.keyboard.type("x");
      await workbench.waitForProblem("`xacme-api` is not a member");
      await workbench.shot("back");
    },
  },

  /** "Report Issue" asks whether to open the page for a new issue, with the versions filled in. */
  issue: {
    options: { makeWorkspace: sound },
    async body(workbench) {
      await workbench.waitForMembers(7);
      await workbench.command("uv Workspace: Report Issue");
      const dialog = workbench.page.locator(".monaco-dialog-box", {
        hasText: "https://github.com/ws-lsp/ws-lsp/issues/new?",
      });
      await dialog.waitFor();
      await workbench.shot("question");
      await dialog.locator(".monaco-button").getByText("Copy", { exact: true }).click();
      const written = await workbench.until("the address is copied", () =>
        workbench.page.evaluate("navigator.clipboard.readText()"),
      );
      assert.match(
        decodeURIComponent(written),
        /issues\/new\?body=What happened[^]*\n- Server: ws-lsp \S+ \(bundled\)\n- uv: \d+\.\d+\.\d+\n- VS Code: /,
      );
    },
  },

  /** Without a Python one message says what to do. */
  noPython: {
    options: { makeWorkspace: acme, environment: { PATH: "/nowhere" } },
    async body(workbench) {
      await workbench.openFile(ROOT);
      const toast = workbench.page.locator(".notification-toast", {
        hasText: "needs Python 3.11 or newer, and none was found",
      });
      await workbench.showTree();
      await workbench.tree.getByText("No Python 3.11 or newer was found").first().waitFor();
      await workbench.untilEqual("one message", () => toast.count(), 1);
      await workbench.shot("message");
    },
  },
};
