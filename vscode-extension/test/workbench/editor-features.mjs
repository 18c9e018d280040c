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
  await workbench.waitForFile(file);
  await workbench.goto(lines.length, lines.at(-1).length + 2);
}

/** What the peek view lists: the number of places, by file. */
async function peeked(workbench) {
  const files = workbench.peek.locator('.ref-tree .monaco-list-row[aria-label*=", full path "]');
  await files.first().waitFor();
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
      const said = await hover.locator(".hover-contents").first().innerText();
      assert.deepEqual(said.replaceAll("\u00a0", " ").split(/\s*\n\s*/), [
        "acme-api 0.1.0 (workspace member, apps/api)",
        "The orders as JSON",
        "Requires acme-core, acme-data",
        "Required by 1 member: acme-web",
        "Default package",
      ]);
      await workbench.shot("hover");
      await page.keyboard.press("Escape");

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
      assert.deepEqual(await peeked(workbench), NAMING_CORE);
      await workbench.peek.getByText("References (11)").waitFor();
      await workbench.shot("references");
      await page.keyboard.press("Escape");

      await workbench.command("Explorer: Focus on Outline View");
      const outline = page.locator('.pane:has(.pane-header[aria-label^="Outline"])');
      await outline.locator(".monaco-list-row", { hasText: "version" }).waitFor();
      assert.deepEqual((await outline.locator(".label-name").allInnerTexts()).slice(0, 3), [
        "project",
        "name",
        "version",
      ]);
      await workbench.shot("outline");

      await page.keyboard.press("Control+t");
      const query = workbench.quick.locator("input.input").first();
      await query.fill("#acme-");
      const symbols = workbench.quick.locator(".monaco-list-row");
      await symbols.filter({ hasText: "acme-web" }).waitFor();
      assert.equal(await symbols.count(), 7);
      await workbench.shot("symbols");
      await query.fill("#acme-dat");
      await workbench.until("one is left", async () => (await symbols.count()) === 1);
      await query.press("Enter");
      await workbench.waitForFile(DATA);
      await workbench.cursorAt(2, 'name = "'.length + 1);
    },
  },

  /** The lenses above a member, each clicked. */
  lenses: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      const { page } = workbench;
      await gotoText(workbench, CORE, "acme-core");
      await workbench.lens("Used by 5 members").click();
      const { [CORE]: definition, ...users } = NAMING_CORE;
      assert.equal(definition, 1);
      assert.deepEqual(await peeked(workbench), users);
      await workbench.shot("used-by");
      await page.keyboard.press("Escape");

      await workbench.lens("Add to default packages").click();
      await workbench.lens("Remove from default packages").waitFor();
      await workbench.until("the root names it, on the disk", () =>
        fs
          .readFileSync(path.join(folder, ROOT), "utf8")
          .includes('["acme-api", "acme-web", "acme-core"]'),
      );
      await workbench.until(
        "nothing is left to save",
        async () => (await page.locator(".tab.dirty").count()) === 0,
      );

      await workbench.lens("Sync `acme-core`").click();
      await workbench.until("it is installed", () => installed(folder).length > 0, 60000);
      await workbench.toast("Sync `acme-core`: installed").waitFor();
      await workbench.toast("Cancel").waitFor({ state: "hidden" });
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
      for (let times = 0; times < 4; times += 1)
        await workbench.command("Increase Current View Size");
      await workbench.until(
        "six files and their eleven places are in sight",
        async () => (await preview.locator(".monaco-list-row").count()) === 6 + 11,
      );
      await workbench.shot("preview");
      assert.deepEqual(texts(), before);

      await preview.locator(".monaco-button", { hasText: "Apply" }).click();
      await preview.waitFor({ state: "hidden" });
      await workbench.command("File: Save All");
      const wanted = before.map((text) => text.replaceAll("acme-core", "acme-kernel"));
      await workbench.until("every file has the new name", () => !texts().includes(before.at(-1)));
      await workbench.until(
        "nothing is left to save",
        async () => (await page.locator(".tab.dirty").count()) === 0,
      );
      assert.deepEqual(texts(), wanted);
      await workbench.lens("Sync `acme-kernel`").waitFor();
      await workbench.lens("Used by 5 members").waitFor();
      assert.equal(await workbench.squiggles(), 0);
      await workbench.shot("renamed");
    },
  },
};
