// What the editor shows and offers while files are written, here or by others.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { acme, ROOT, sound } from "./workspaces.mjs";

export const checking = {
  /** The misspelt default package is underlined, and listed under Problems. */
  diagnostics: {
    options: { makeWorkspace: acme },
    async body(workbench) {
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      workbench.log("first squiggle");
      await workbench.waitForProblem(
        /`acme-wbe` is not a member of this workspace\. Did you mean `acme-web`\?.*unknown-default-package/,
      );
      await workbench.shot("problems");
    },
  },

  /** Completion in an array that is being written, then the fix from the light bulb. */
  editing: {
    options: { makeWorkspace: acme },
    async body(workbench) {
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      await workbench.goto(8, 32);
      await workbench.page.keyboard.type(' "acme-c');
      await workbench.acceptSuggestion("acme-cli");
      await workbench.until("the completion is there", async () =>
        (await workbench.editorText()).includes('"acme-cli"'),
      );
      await workbench.command("Undo");
      await workbench.command("File: Revert File");
      await workbench.until("the text is as it was", async () =>
        (await workbench.editorText()).includes('["acme-api", "acme-wbe"]'),
      );
      await workbench.waitForNothingUnsaved();
      await workbench.goto(8, 36);
      await workbench.command("Quick Fix...");
      await workbench.page
        .locator(".action-widget .monaco-list-row", { hasText: "Replace with `acme-web`" })
        .waitFor();
      await workbench.shot("quick-fix");
      await workbench.pickAction("Replace with `acme-web`");
      await workbench.until("the fix is there", async () =>
        (await workbench.editorText()).includes('["acme-api", "acme-web"]'),
      );
      await workbench.waitForNoSquiggle();
      await workbench.shot("fixed");
    },
  },

  /** Changes that others make on the disk: members moved, deleted, created; a branch checked out. */
  disk: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      await workbench.openFile(ROOT);
      await workbench.waitForMembers(7);
      const git = (...parameters) =>
        execFileSync(
          "git",
          ["-c", "user.name=t", "-c", "user.email=t@example.com", ...parameters],
          { cwd: folder, stdio: "pipe" },
        );
      git("init", "--quiet");
      git("add", ".");
      git("commit", "--quiet", "--message", "sound");
      fs.renameSync(path.join(folder, "apps/web"), path.join(folder, "moved"));
      await workbench.waitForMembers(6);
      await workbench.waitForProblem("`acme-web` is not a member");
      await workbench.shot("moved-out");
      fs.renameSync(path.join(folder, "moved"), path.join(folder, "apps/web"));
      await workbench.waitForMembers(7);
      await workbench.waitForNoProblem("`acme-web` is not a member");
      fs.rmSync(path.join(folder, "apps/web"), { recursive: true });
      await workbench.waitForProblem("`acme-web` is not a member");
      git("checkout", "--quiet", ".");
      await workbench.waitForNoProblem("`acme-web` is not a member");
      fs.mkdirSync(path.join(folder, "packages/extra"));
      fs.writeFileSync(
        path.join(folder, "packages/extra", ROOT),
        '[project]\nname = "acme-extra"\nversion = "0.1.0"\n',
      );
      await workbench.waitForMembers(8);
      await workbench.shot("created");
    },
  },

  /** Beside an extension that contributes the language `toml`. */
  toml: {
    options: { makeWorkspace: acme, toml: true },
    async body(workbench) {
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      await workbench.page
        .locator("#status\\.editor\\.mode")
        .getByText("TOML", { exact: true })
        .waitFor();
      await workbench.goto(8, 32);
      await workbench.page.keyboard.type(' "');
      await workbench.page.locator(".suggest-widget.visible .monaco-list-row").first().waitFor();
      await workbench.page.keyboard.type("acme-cl");
      await workbench.acceptSuggestion("acme-cli");
      await workbench.until(
        "applied between the quotes",
        async () =>
          (await workbench.editorText()).includes('["acme-api", "acme-cli" "acme-wbe"]') ||
          (await workbench.editorText()).includes('"acme-cli",'),
      );
      await workbench.shot("applied");
    },
  },
};
