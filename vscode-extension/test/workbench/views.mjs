// What is looked at: the view in the Explorer, the graph, the themes, the walkthrough.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { installed, large, ROOT, sound, warned } from "./workspaces.mjs";

export const views = {
  /** The view's inline actions. */
  tree: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      await workbench.waitForMembers(7);
      const row = workbench.tree.locator(".monaco-list-row", { hasText: "acme-cli" }).first();
      await row.hover();
      await row.locator('.action-label[aria-label^="Add to Default Packages"]').click();
      await workbench.until("the manifest names it", () =>
        fs
          .readFileSync(path.join(folder, ROOT), "utf8")
          .includes('["acme-api", "acme-web", "acme-cli"]'),
      );
      await workbench.tree
        .locator(".monaco-list-row", { hasText: /acme-cli.*default/ })
        .first()
        .waitFor();
      await row.hover();
      await row.locator('.action-label[aria-label^="Open Manifest"]').click();
      await workbench.waitForFile(`apps/cli/${ROOT}`);
      await workbench.until("the view follows the editor", async () =>
        (await workbench.tree.locator(".monaco-list-row.selected").innerText()).includes(
          "acme-cli",
        ),
      );
      await row.locator(".monaco-tl-twistie").click();
      await workbench.tree.locator(".monaco-list-row", { hasText: "Depends on" }).first().waitFor();
      await workbench.shot("members");
      await row.hover();
      await row.locator('.action-label[aria-label^="Sync This Member"]').click();
      await workbench.until(
        "the member is installed",
        () => installed(folder).includes("acme_cli"),
        60000,
      );
      await workbench.tree
        .locator(".monaco-list-row", { hasText: /acme-cli.*installed/ })
        .first()
        .waitFor();
      await workbench.shot("synced");
    },
  },

  /** The graph: opened, filtered, and a member opened from it. */
  graph: {
    options: { makeWorkspace: sound },
    async body(workbench) {
      await workbench.waitForMembers(7);
      await workbench.command("uv Workspace: Show Workspace Graph");
      const view = workbench.webview;
      await view.locator('.node[data-name="acme-web"]').waitFor();
      assert.equal(await view.locator(".node").count(), 7);
      assert.equal((await view.locator(".node.default").count()) > 0, true);
      await workbench.shot("whole");
      await view.locator("#filter").fill("data");
      await view.locator("#summary", { hasText: "1 of 7 members" }).waitFor();
      await workbench.shot("filtered");
      await view.locator("#filter").fill("");
      await view.locator('.node[data-name="acme-web"]').press("Enter");
      await workbench.waitForFile(`apps/web/${ROOT}`);
      await workbench.shot("opened");
    },
  },

  /** The graph of a hundred members. */
  largeGraph: {
    options: { makeWorkspace: large },
    async body(workbench) {
      await workbench.waitForMembers(100);
      await workbench.command("uv Workspace: Show Workspace Graph");
      const view = workbench.webview;
      await view.locator('.node[data-name="web-97"]').waitFor();
      assert.equal(await view.locator(".node").count(), 100);
      assert.equal(await view.locator(".edge.cycle").count(), 2);
      await workbench.shot("whole");
      await view.locator('.node[data-name="web-97"]').hover();
      assert((await view.locator(".edge.near").count()) > 0);
      await workbench.shot("pointed-at");
      await view.locator("#filter").fill("web-97");
      await view.locator("#summary", { hasText: "1 of 100 members" }).waitFor();
      await workbench.shot("filtered");
    },
  },

  /** The four steps that get one started: each opens, and its button runs a command that is there. */
  walkthrough: {
    options: { makeWorkspace: sound },
    async body(workbench) {
      const { page } = workbench;
      await workbench.waitForMembers(7);
      await workbench.command("Welcome: Open Walkthrough...");
      await workbench.quickPick("uv workspaces", "Get started with uv workspaces");
      const steps = page.locator(".getting-started-step");
      await steps.first().waitFor();
      assert.equal(await steps.count(), 4);
      for (const [title, words] of [
        ["See what is wrong", "Every finding has a page"],
        ["Choose default packages", "everybody who works on the workspace"],
        ["Sync them", "all run the real uv"],
        ["Look at the whole", "Default packages have a green frame"],
      ]) {
        const step = steps.filter({ hasText: title });
        if (!(await step.getAttribute("class")).includes("expanded"))
          await step.locator(".step-title").click();
        await step.locator(".button-container").first().waitFor();
        // newer VS Code hides what stands beside a step where the window is narrow
        await workbench.webview.getByText(words).waitFor({ state: "attached" });
        await workbench.shot(title.toLowerCase().replaceAll(" ", "-"));
      }
      await steps
        .filter({ hasText: "Look at the whole" })
        .locator(".monaco-button", { hasText: "Show Workspace Graph" })
        .click();
      await workbench.webview.locator('.node[data-name="acme-web"]').waitFor();
    },
  },

  dark: theme("Default Dark Modern"),
  light: theme("Default Light Modern"),
};

/** One theme, for the eyes; and the colours of the members with errors, with warnings, without either. */
function theme(name) {
  return {
    options: { makeWorkspace: warned, settings: { "workbench.colorTheme": name } },
    async body(workbench) {
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      await workbench.waitForMembers(7);
      const colours = ["acme-jobs", "acme-core", "acme-api"].map((member) =>
        workbench.tree
          .locator(".monaco-list-row", { hasText: member })
          .locator(".custom-view-tree-node-item-icon, .monaco-icon-label")
          .first()
          .evaluate((icon) => getComputedStyle(icon).color),
      );
      assert.equal(new Set(await Promise.all(colours)).size, 3, "three colours");
      await workbench.shot("view");
      await workbench.command("uv Workspace: Show Workspace Graph");
      await workbench.webview.locator('.node[data-name="acme-web"]').waitFor();
      await workbench.shot("graph");
    },
  };
}
