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
      const row = workbench.treeRow("acme-cli");
      await workbench.treeAction("acme-cli", "Add to Default Packages");
      await workbench.until("the manifest names it", () =>
        fs
          .readFileSync(path.join(folder, ROOT), "utf8")
          .includes('["acme-api", "acme-web", "acme-cli"]'),
      );
      await row.filter({ hasText: "default" }).waitFor();
      await workbench.treeAction("acme-cli", "Open Manifest");
      await workbench.waitForFile(`apps/cli/${ROOT}`);
      await workbench.until("the view follows the editor", async () =>
        (await row.getAttribute("class")).includes("selected"),
      );
      await row.locator(".monaco-tl-twistie").click();
      await workbench.treeRow("Depends on").waitFor();
      await workbench.shot("members");
      await workbench.treeAction("acme-cli", "Sync This Member");
      await workbench.until(
        "the member is installed",
        () => installed(folder).includes("acme_cli"),
        60000,
      );
      await row.filter({ hasText: "default · installed" }).waitFor();
      await workbench.shot("synced");
    },
  },

  /** The graph: opened, filtered, and a member opened from it. */
  graph: {
    options: { makeWorkspace: sound },
    async body(workbench) {
      await workbench.waitForMembers(7);
      await workbench.command("uv Workspace: Show Workspace Graph");
      const view = await workbench.webview('.node[data-name="acme-web"]');
      await workbench.untilEqual("every member", () => view.locator(".node").count(), 7);
      assert.equal(await view.locator(".node.default").count(), 2);
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
      const view = await workbench.webview('.node[data-name="web-97"]');
      await workbench.untilEqual("every member", () => view.locator(".node").count(), 100);
      assert.equal(await view.locator(".edge.cycle").count(), 2);
      await workbench.shot("whole");
      await view.locator('.node[data-name="web-97"]').hover();
      await view.locator(".edge.near").first().waitFor();
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
      await workbench.quickPick("Get started with uv workspaces");
      const steps = page.locator(".getting-started-step");
      await workbench.untilEqual("four steps", () => steps.count(), 4);
      for (const [title, words] of [
        ["See what is wrong", "Every finding has a page"],
        ["Choose default packages", "everybody who works on the workspace"],
        ["Sync them", "all run the real uv"],
        ["Look at the whole", "Default packages have a green frame"],
      ]) {
        const step = steps.filter({ hasText: title });
        await workbench.until(`${title} is open`, async () => {
          if ((await step.getAttribute("class")).includes("expanded")) return true;
          await step.locator(".step-title").click();
          return false;
        });
        await step.locator(".button-container").first().waitFor();
        // newer VS Code hides what stands beside a step where the window is narrow
        await workbench.webview(`text=${words}`);
        await workbench.shot(title.toLowerCase().replaceAll(" ", "-"));
      }
      await steps
        .filter({ hasText: "Look at the whole" })
        .locator(".monaco-button", { hasText: "Show Workspace Graph" })
        .click();
      await workbench.webview('.node[data-name="acme-web"]');
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
      const colour = (member) =>
        workbench
          .treeRow(member)
          .locator(".custom-view-tree-node-item-icon, .monaco-icon-label")
          .first()
          .evaluate((icon) => getComputedStyle(icon).color);
      await workbench.untilEqual(
        "three colours",
        async () =>
          new Set(await Promise.all(["acme-jobs", "acme-core", "acme-api"].map(colour))).size,
        3,
      );
      await workbench.shot("view");
      await workbench.command("uv Workspace: Show Workspace Graph");
      await workbench.webview('.node[data-name="acme-web"]');
      await workbench.shot("graph");
    },
  };
}
