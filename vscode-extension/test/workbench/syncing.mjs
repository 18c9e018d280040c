// What runs uv: syncs, previews, the lockfile, tasks.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { syncsOf } from "./processes.mjs";
import { installed, JOBS, replace, ROOT, slow, sound } from "./workspaces.mjs";

export const syncing = {
  /** Three syncs from the palette, with the real uv. */
  sync: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      await workbench.openFile(ROOT);
      await workbench.waitForMembers(7);
      await workbench.shot("before");
      await workbench.command("uv Workspace: Sync Default Packages");
      await workbench.untilEqual(
        "the default packages are installed",
        () => installed(folder),
        ["acme_api", "acme_core", "acme_data", "acme_testing", "acme_web"],
        60000,
      );
      await workbench.toast(/Sync the default packages.*: installed 5/).waitFor();
      await workbench.progressToast.waitFor({ state: "hidden" });
      await workbench.statusBar("2/2 default packages installed");
      await workbench.shot("default-packages");
      await workbench.command("Notifications: Clear All Notifications");

      await workbench.command("uv Workspace: Sync Workspace");
      await workbench.until(
        "every member is installed",
        () => installed(folder).length === 7,
        60000,
      );
      await workbench.toast("Sync every member of the workspace: installed 2").waitFor();
      await workbench.progressToast.waitFor({ state: "hidden" });
      await workbench.command("Notifications: Clear All Notifications");

      await workbench.command("uv Workspace: Sync Package…");
      await workbench.waitForChecked(["acme-api", "acme-web"]);
      await workbench.shot("choose-packages");
      for (const name of ["acme-api", "acme-web", "acme-cli"]) await workbench.choice(name).click();
      await workbench.waitForChecked(["acme-cli"]);
      await workbench.page.keyboard.press("Enter");
      await workbench.untilEqual(
        "what the chosen package needs is left",
        () => installed(folder),
        ["acme_cli", "acme_core", "acme_data"],
        60000,
      );
      await workbench.toast("Sync `acme-cli`: removed 4").waitFor();
      await workbench.shot("one-package");
    },
  },

  /** Cancel ends uv and all that it started. */
  cancel: {
    options: { makeWorkspace: slow },
    async body(workbench, { folder }) {
      await workbench.waitForMembers(7);
      await workbench.command("uv Workspace: Sync Workspace");
      const toast = workbench.progressToast;
      await toast.waitFor();
      await workbench.until("uv runs, and the build", () => syncsOf(folder).length === 2);
      await workbench.shot("progress");
      await toast.locator(".monaco-button", { hasText: "Cancel" }).click();
      await workbench.until("uv is gone", () => syncsOf(folder).length === 0);
      await toast.waitFor({ state: "hidden" });
      assert.deepEqual(installed(folder), []);
      await workbench.shot("cancelled");
    },
  },

  /** What uv refuses is said in a message, and stands where it arises. */
  failure: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      replace(
        path.join(folder, JOBS),
        '"acme-core",',
        '"acme-core",\n    "no-such-package-anywhere==1",',
      );
      await workbench.openFile(JOBS);
      await workbench.waitForMembers(7);
      await workbench.command("uv Workspace: Sync Workspace");
      await workbench.toast("uv sync failed").waitFor({ timeout: 60000 });
      await workbench.shot("message");
      await workbench.command("Notifications: Clear All Notifications");
      await workbench.waitSquiggle();
      await workbench.waitForProblem("no-such-package-anywhere");
      await workbench.shot("diagnostic");
    },
  },

  /** A task that uv refuses: its words become an entry under Problems, at their place. */
  task: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      await workbench.waitForMembers(7);
      replace(path.join(folder, JOBS), 'version = "0.1.0"', "version = = 1");
      await workbench.command("Tasks: Run Task");
      await workbench.quickPick("ws-lsp: sync workspace");
      await workbench.until("uv has spoken", async () =>
        (await workbench.terminalText()).includes("Failed to parse"),
      );
      await workbench.waitForProblem(/expected nothing\s*uv\s*\[Ln 3, Col 11\]/);
      await workbench.shot("problem");
    },
  },

  /** The commands that edit files or only look, by the palette. */
  commands: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      const root = () => fs.readFileSync(path.join(folder, ROOT), "utf8");
      await workbench.openFile(ROOT);
      await workbench.waitForMembers(7);

      await workbench.command("uv Workspace: Edit Default Packages…");
      await workbench.waitForChecked(["acme-api", "acme-web"]);
      for (const name of ["acme-web", "acme-cli"]) await workbench.choice(name).click();
      await workbench.waitForChecked(["acme-api", "acme-cli"]);
      await workbench.shot("default-packages");
      await workbench.page.keyboard.press("Enter");
      await workbench.until("the manifest names what was chosen", () =>
        root().includes('default-packages = ["acme-api", "acme-cli"]'),
      );

      await workbench.command("uv Workspace: New Member…");
      await workbench.choice("packages").click();
      const said = (text) => workbench.quick.locator(".quick-input-message", { hasText: text });
      await workbench.quickType("acme-web", said("`acme-web` is a member already"));
      await workbench.quickType("acme-new", said("The name of the package"));
      await workbench.page.keyboard.press("Enter");
      await workbench.waitForFile(`packages/acme-new/${ROOT}`);
      await workbench.waitForMembers(8);
      const made = path.join(folder, "packages", "acme-new");
      assert(fs.readFileSync(path.join(made, ROOT), "utf8").includes('name = "acme-new"'));
      assert(fs.existsSync(path.join(made, "src", "acme_new", "__init__.py")));
      await workbench.waitForNothingUnsaved();
      await workbench.shot("new-member");

      await workbench.command("uv Workspace: Preview Sync");
      await workbench.choice("Every member").click();
      await workbench.until(
        "the preview is shown",
        async () => /Nothing was changed yet[^]*acme-new/.test(await workbench.editorText()),
        60000,
      );
      assert.deepEqual(installed(folder), []);
      await workbench.waitForNothingUnsaved();
      await workbench.shot("preview");

      await workbench.command("uv Workspace: Update Lockfile");
      await workbench.until(
        "the lockfile names the new member",
        () => {
          const lock = path.join(folder, "uv.lock");
          return fs.existsSync(lock) && fs.readFileSync(lock, "utf8").includes("acme-new");
        },
        60000,
      );
      await workbench.shot("lockfile");
    },
  },
};
