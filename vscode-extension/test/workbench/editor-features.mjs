// What a person does with names in the editor: hover, navigation, lenses, rename.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { CORE, installed, ROOT, sound } from "./workspaces.mjs";

const API = "apps/api/pyproject.toml";
const CLI = "apps/cli/pyproject.toml";
const WEB = "apps/web/pyproject.toml";
const DATA = "packages/data/pyproject.toml";
/** How often each manifest of Acme names `acme-core`. */
const NAMING_CORE = {
  [API]: 2,
  [CLI]: 2,
  "apps/jobs/pyproject.toml": 2,
  [CORE]: 1,
  [DATA]: 2,
  "packages/testing/pyproject.toml": 2,
};

/** Put the cursor into the first `text` of a file, behind its first letter. */
async function gotoText(workbench, file, text) {
  const [before] = fs.readFileSync(path.join(workbench.folder, file), "utf8").split(text);
  const lines = before.split("\n");
  await workbench.openFile(file);
  await workbench.goto(lines.length, lines.at(-1).length + 2);
}

/** What the peek view lists by now: the number of places, by file. */
async function peeked(workbench) {
  const files = workbench.peek.locator('.ref-tree .monaco-list-row[aria-label*=", full path "]');
  const labels = await files.evaluateAll((rows) => rows.map((row) => row.ariaLabel));
  return Object.fromEntries(
    labels.map((label) => {
      const [, count, file] = /^(\d+) symbols? in .*, full path (.*)$/.exec(label);
      return [path.relative(workbench.folder, file), Number(count)];
    }),
  );
}

export const editorFeatures = {
  /** What the editor says of a name, and where it leads from there. */
  navigation: {
    options: { makeWorkspace: sound },
    async body(workbench) {
      const { page } = workbench;
      await gotoText(workbench, ROOT, "acme-api");
      await workbench.lens("Sync workspace").waitFor();
      await workbench.until("the hints behind patterns", async () =>
        /\["packages\/\*"\s*3 members, "apps\/\*"\s*4 members\]/.test(await workbench.editorText()),
      );
      for (const part of ["tool.ws-lsp", "default-packages", "acme-api"])
        await workbench.symbolInBreadcrumbs(part).waitFor();

      await workbench.command("Show or Focus Hover");
      const hover = page.locator(".monaco-hover:visible", { hasText: "Required by" });
      await hover.waitFor();
      const said = () => hover.locator(".hover-contents").first().innerText();
      await workbench.untilEqual(
        "what is said of the member",
        async () => (await said()).replaceAll("\u00a0", " ").split(/\s*\n\s*/),
        [
          "acme-api 0.1.0 (workspace member, apps/api)",
          "The orders as JSON",
          "Requires acme-core, acme-data",
          "Required by 1 member: acme-web",
          "Default package",
        ],
      );
      await workbench.shot("hover");
      await page.keyboard.press("Escape");
      await hover.waitFor({ state: "hidden" });

      for (const [file, text, member] of [
        [ROOT, "acme-api", API], // a default package
        [WEB, "acme-api", API], // a dependency
        [CLI, "acme-core = ", CORE], // a source
      ]) {
        await gotoText(workbench, file, text);
        await page.keyboard.press("F12");
        await workbench.waitForFile(member);
        await workbench.cursorAt(2, 'name = "'.length + 1);
      }
      await workbench.shot("definition");

      await workbench.command("Go to References");
      await workbench.untilEqual("the references", () => peeked(workbench), NAMING_CORE);
      await workbench.peek.locator(".head .meta", { hasText: "References (11)" }).waitFor();
      await workbench.shot("references");
      await workbench.closePeek();

      await workbench.command("Explorer: Focus on Outline View");
      const outline = page.locator('.pane:has(.pane-header[aria-label^="Outline"])');
      await workbench.untilEqual(
        "the outline begins with the project",
        async () => (await outline.locator(".label-name").allInnerTexts()).slice(0, 3),
        ["project", "name", "version"],
      );
      await workbench.shot("outline");

      await page.keyboard.press("Control+t");
      await workbench.quickType("#acme-", workbench.choice("acme-web"));
      const symbols = workbench.quick.locator(".monaco-list-row .label-name");
      const names = async () => (await symbols.allInnerTexts()).map((name) => name.trim()).sort();
      await workbench.untilEqual("every member is found", names, [
        "acme-api",
        "acme-cli",
        "acme-core",
        "acme-data",
        "acme-jobs",
        "acme-testing",
        "acme-web",
      ]);
      await workbench.shot("symbols");
      await workbench.quickType("#acme-dat", workbench.choice("acme-data"));
      await workbench.untilEqual("one is left", names, ["acme-data"]);
      await page.keyboard.press("Enter");
      await workbench.waitForFile(DATA);
      await workbench.cursorAt(2, 'name = "'.length + 1);
    },
  },

  /** The lenses above a member, each clicked. */
  lenses: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      await gotoText(workbench, CORE, "acme-core");
      await workbench.lens("Used by 5 members").click();
      const { [CORE]: definition, ...users } = NAMING_CORE;
      assert.equal(definition, 1);
      await workbench.untilEqual("its users", () => peeked(workbench), users);
      await workbench.shot("used-by");
      await workbench.closePeek();

      await workbench.lens("Add to default packages").click();
      await workbench.lens("Remove from default packages").waitFor();
      await workbench.until("the root names it, on the disk", () =>
        fs
          .readFileSync(path.join(folder, ROOT), "utf8")
          .includes('["acme-api", "acme-web", "acme-core"]'),
      );
      await workbench.waitForNothingUnsaved();

      await workbench.lens("Sync `acme-core`").click();
      await workbench.toast("Sync `acme-core`: installed").waitFor({ timeout: 60000 });
      await workbench.progressToast.waitFor({ state: "hidden" });
      assert.deepEqual(installed(folder), ["acme_core"]);
      await workbench.shot("synced");
    },
  },

  /** A member gets another name in six files, after a look at what will change. */
  rename: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      const { page } = workbench;
      const texts = () =>
        [ROOT, WEB, ...Object.keys(NAMING_CORE)].map((file) =>
          fs.readFileSync(path.join(folder, file), "utf8"),
        );
      const before = texts();
      const input = page.locator("input.rename-input");
      await gotoText(workbench, CLI, "acme-core = ");
      await workbench.lens("Sync `acme-cli`").waitFor();
      await page.keyboard.press("F2");
      await input.fill("acme-web");
      await input.press("Enter");
      await workbench.toast("`acme-web` is a member already (`apps/web`)").waitFor();
      await workbench.shot("refused");
      await workbench.command("Notifications: Clear All Notifications");

      await gotoText(workbench, CORE, "acme-core");
      await workbench.lens("Used by 5 members").waitFor();
      await page.keyboard.press("F2");
      await input.fill("acme-kernel");
      await input.press("Control+Enter");
      const preview = page.locator(".bulk-edit-panel");
      await preview.locator(".monaco-list-row").first().waitFor();
      await workbench.command("View: Toggle Maximized Panel"); // only what is in sight has rows
      await workbench.untilEqual(
        "six files, their eleven places, and what says where the module is",
        () => preview.locator(".monaco-list-row").count(),
        6 + 12,
      );
      await workbench.shot("preview");
      assert.deepEqual(texts(), before);

      await workbench.command("View: Toggle Maximized Panel");
      await preview.locator(".monaco-button", { hasText: "Apply" }).click();
      await preview.waitFor({ state: "hidden" });
      // VS Code saves what a refactoring changed
      const named = '\n[tool.uv.build-backend]\nmodule-name = "acme_core"\n';
      const wanted = before.map((text) => {
        const own = text.includes('name = "acme-core"') ? named : "";
        return text.replaceAll("acme-core", "acme-kernel") + own;
      });
      await workbench.untilEqual("every file has the new name", texts, wanted);
      await workbench.waitForNothingUnsaved();
      await workbench.lens("Sync `acme-kernel`").waitFor();
      await workbench.lens("Used by 5 members").waitFor();
      await workbench.waitForNoSquiggle();
      await workbench.shot("renamed");
    },
  },
};
