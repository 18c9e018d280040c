// Where and how the server runs: trust, several workspaces, crashes, no Python.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { serverOf } from "./processes.mjs";
import { acme, installed, misspelt, ROOT, sound } from "./workspaces.mjs";

export const running = {
  /** In a workspace that is not trusted files are checked and uv is not run, until trust is granted. */
  trust: {
    options: { makeWorkspace: misspelt, trust: true },
    async body(workbench, { folder }) {
      const { page } = workbench;
      const dialog = page.locator(".monaco-dialog-box"); // newer VS Code starts restricted, with a banner
      const asked = await dialog.waitFor({ timeout: 8000 }).then(
        () => true,
        () => false,
      );
      if (asked) await dialog.locator(".monaco-button", { hasText: /^No, I don't trust/ }).click();
      await workbench.statusBar("Restricted Mode");
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      await workbench.statusBar("uv: restricted");
      const found = await workbench.foundCommands("uv Workspace: ");
      assert(found.includes("uv Workspace: Show Workspace Graph"), found.join());
      assert(!found.some((label) => label.startsWith("uv Workspace: Sync")), found.join());
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
      await workbench.tree.locator(".monaco-list-row", { hasText: "1 member" }).first().waitFor();
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
      const before = serverOf(server);
      assert.equal(before.length, 1);
      process.kill(before[0], "SIGKILL");
      await workbench.toast("ended unexpectedly and is started again").waitFor();
      await workbench.until(
        "another server runs",
        () => serverOf(server).length === 1 && serverOf(server)[0] !== before[0],
      );
      await workbench.shot("message");
      await workbench.goto(8, 22);
      await workbench.page.keyboard.type("x");
      await workbench.waitForProblem("`xacme-api` is not a member");
      await workbench.shot("back");
    },
  },

  /** "Report Issue" opens VS Code's reporter, with the versions filled in. */
  issue: {
    options: { makeWorkspace: sound },
    async body(workbench) {
      await workbench.waitForMembers(7);
      await workbench.command("uv Workspace: Report Issue");
      // newer VS Code has no reporter in a browser: it asks whether to open the page for new issues
      const dialog = workbench.page.locator(".monaco-dialog-box", {
        hasText: "github.com/ws-lsp/ws-lsp/issues/new",
      });
      const written = async () => {
        for (const page of workbench.ctx.pages().slice(1))
          for (const area of await page.locator("textarea").all()) {
            const text = await area.inputValue();
            if (text.includes("- Extension: ")) return { page, text };
          }
        return undefined;
      };
      const found = await workbench.until("the reporter, or a question", async () =>
        (await dialog.count()) > 0 ? "asked" : written(),
      );
      if (found === "asked") await workbench.shot("question");
      else {
        assert.match(
          found.text,
          /- Server: ws-lsp \S+ \(bundled\)\n- uv: \d+\.\d+\.\d+\n- VS Code: /,
        );
        await workbench.shot("reporter", found.page);
      }
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
      await toast.first().waitFor();
      assert.equal(await toast.count(), 1);
      await workbench.showTree();
      await workbench.tree.getByText("No Python 3.11 or newer was found").waitFor();
      await workbench.shot("message");
    },
  },
};
