// Page-object helpers for the VS Code workbench served by code-server (checked with VS Code 1.100.3 and 1.139.1), playwright-core + Debian chromium.
import assert from "node:assert/strict";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { chromium } from "playwright-core";

export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export class Workbench {
  /** server: what startServer() returned. query: default ?folder=; pass {workspace: file} for a .code-workspace. */
  static async open(
    server,
    { screenshots, tag, viewport = { width: 1280, height: 800 }, query, log = console.log } = {},
  ) {
    const w = new Workbench();
    Object.assign(w, {
      folder: server.folder,
      t0: Date.now(),
      screenshots,
      tag,
      n: 0,
      external: [],
      out: log,
    });
    // persistent context = an explicit, fresh --user-data-dir
    w.ctx = await chromium.launchPersistentContext(server.chromeProfile(), {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      headless: true,
      args: CHROMIUM_ARGS,
      viewport,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    try {
      await w.load(server, query);
    } catch (error) {
      await w.close();
      throw error;
    }
    return w;
  }
  async load(server, query) {
    this.page = this.ctx.pages()[0] ?? (await this.ctx.newPage());
    this.page.setDefaultTimeout(30000);
    this.page.on("request", (r) => {
      const u = new URL(r.url());
      if (
        /^https?:$/.test(u.protocol) &&
        u.hostname !== "127.0.0.1" &&
        !u.hostname.endsWith(".vscode-resource.vscode-cdn.net")
      )
        /* a name that the web view's service worker answers */ this.external.push(
          r.url().slice(0, 200),
        );
    });
    await this.page.goto(
      `http://127.0.0.1:${server.port}/?${new URLSearchParams(query ?? { folder: server.folder })}`,
    );
    await this.page.locator(".monaco-workbench").waitFor({ timeout: 60000 });
    await this.page
      .locator(".explorer-folders-view .monaco-list-row")
      .first()
      .waitFor({ timeout: 60000 });
  }
  log(...a) {
    this.out(`${((Date.now() - this.t0) / 1000).toFixed(1)}s`.padStart(7), ...a);
  }
  async shot(name, page = this.page) {
    if (!this.screenshots) return;
    await this.page.waitForTimeout(500);
    const f = `${this.screenshots}/${this.tag}-${String(++this.n).padStart(2, "0")}-${name}.png`;
    await page.screenshot({ path: f });
    this.log("shot", f);
  }
  get quick() {
    return this.page.locator(".quick-input-widget:visible");
  }
  /** Type into the quick input until what that leads to is there: one that is about to be replaced forgets it. */
  async quickType(text, there) {
    const input = this.quick.locator(".quick-input-box input.input");
    await this.until(`what typing ${text} leads to`, async () => {
      if ((await input.inputValue({ timeout: 1000 })) !== text)
        await input.fill(text, { timeout: 1000 });
      return there.isVisible();
    });
  }
  /** What names a row, by the whole of it: `getByText` would find a part that is marked. */
  label(text) {
    const spaced = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s");
    return this.page.locator(".label-name", { hasText: new RegExp(`^\\s*${spaced}\\s*$`) });
  }
  /** The row of a quick pick with exactly that label. */
  choice(label) {
    return this.quick.locator(".monaco-list-row", {
      has: this.label(label),
    });
  }
  /** Wait until just these rows of a quick pick are checked. */
  async waitForChecked(wanted) {
    const checked = this.quick.locator(".monaco-list-row[aria-checked=true]");
    await this.untilEqual(
      "what is checked",
      async () =>
        (
          await checked.evaluateAll((rows) => rows.map((row) => row.ariaLabel.split(",")[0]))
        ).sort(),
      wanted,
    );
  }
  /** Choose in a quick pick, by typing. Rows of a former list, or from before the typing, have nothing marked. */
  async quickPick(text, label = text) {
    const row = this.choice(label).filter({
      has: this.page.locator(".label-name .highlight").getByText(label, { exact: true }),
    });
    await this.quickType(text, row);
    await row.click();
    await row.waitFor({ state: "hidden" }); // else what is typed next could go there
    await this.page.mouse.move(200, 15); // where no tooltip appears
  }
  async command(label) {
    await this.page.keyboard.press("F1");
    await this.quickPick(`>${label}`, label);
  }
  /** Wait until the palette offers just these commands for a text that they begin with. */
  async waitForCommands(text, wanted) {
    const labels = this.quick.locator(".monaco-list-row .label-name", {
      has: this.page.locator(".highlight").getByText(text, { exact: true }),
    });
    await this.page.keyboard.press("F1");
    await this.quickType(`>${text}`, labels.first());
    await this.untilEqual(
      `the commands for ${text}`,
      async () => (await labels.allTextContents()).map((label) => label.replaceAll("\u00a0", " ")),
      wanted,
    );
    await this.page.keyboard.press("Escape");
    await this.quick.waitFor({ state: "hidden" });
  }
  /** Open a file of the folder; the absolute path tells files of the same name apart. */
  async openFile(rel, folder = this.folder) {
    await this.page.keyboard.press("Control+p");
    await this.quickPick(`${folder}/${rel}`, path.basename(rel));
    await this.waitForFile(rel, folder);
  }
  get breadcrumbs() {
    return this.page.locator(".editor-group-container.active .breadcrumbs-control");
  }
  /** Wait until the active editor shows a file of the folder; files of the same name have equal tabs. */
  async waitForFile(rel, folder = this.folder) {
    const file = `${folder}/${rel}`;
    // once there are findings, their number follows
    await this.breadcrumbs.locator(`[aria-label="${file}"], [aria-label^="${file} "]`).waitFor();
  }
  /** The symbol of that name around the cursor; what is told beside names may be the same word. */
  symbolInBreadcrumbs(name) {
    return this.breadcrumbs.locator(".label-name").getByText(name, { exact: true });
  }
  /** Wait until the cursor is there, 1-based. */
  async cursorAt(line, col) {
    await this.page
      .locator("#status\\.editor\\.selection")
      .getByText(`Ln ${line}, Col ${col}`, { exact: true })
      .waitFor();
  }
  /** The view "uv Workspace". */
  get tree() {
    return this.page.locator('.pane:has(.pane-header[aria-label^="uv Workspace"])');
  }
  async showTree() {
    const header = this.tree.locator(".pane-header");
    await this.until("the view is open", async () => {
      if ((await header.getAttribute("aria-expanded")) === "true") return true;
      await header.click();
      return false;
    });
  }
  /** The row of the view with exactly that label. */
  treeRow(label) {
    return this.tree.locator(".monaco-list-row", {
      has: this.label(label),
    });
  }
  /** Click an action of a row in the view; the rows are drawn anew when something changes. */
  async treeAction(label, action) {
    const row = this.treeRow(label);
    const button = row.locator(`.action-label[aria-label^="${action}"]`);
    await this.until(`${action} is clicked`, async () => {
      await row.hover({ timeout: 2000 });
      await button.click({ timeout: 2000 });
      return true;
    });
  }
  async waitForMembers(count) {
    await this.showTree();
    await this.tree.locator(".monaco-list-row", { hasText: `${count} members` }).waitFor();
  }
  /** A toast, by a part of its text. */
  toast(text) {
    return this.page.locator(".notification-toast", { hasText: text }).first();
  }
  /** The toast of a run of uv that is under way: only one is at a time. */
  get progressToast() {
    return this.page.locator(".notification-toast", {
      has: this.page.locator(".monaco-button").getByText("Cancel", { exact: true }),
    });
  }
  /** The frame of the web view that has what a selector finds; others may be there still, or not yet gone. */
  async webview(selector) {
    const having = (frame) =>
      frame
        .locator(selector)
        .first()
        .waitFor({ state: "attached", timeout: 1000 })
        .then(() => frame);
    return this.until(`a web view with ${selector}`, () =>
      Promise.any(this.page.frames().slice(1).map(having)),
    );
  }
  async statusBar(text) {
    await this.page.locator(".statusbar-item:visible", { hasText: text }).first().waitFor();
  }
  get editor() {
    return this.page.locator(".editor-group-container.active .monaco-editor").first();
  }
  /** A code lens of the active editor. */
  lens(title) {
    return this.editor.locator(".codelens-decoration a", { hasText: title }).first();
  }
  get peek() {
    return this.page.locator(".peekview-widget");
  }
  async closePeek() {
    await this.page.keyboard.press("Escape");
    await this.peek.waitFor({ state: "hidden" });
  }
  async focusEditor() {
    await this.command("View: Focus Active Editor Group");
  }
  /** 1-based line/column through "Go to Line/Column". */
  async goto(line, col) {
    await this.focusEditor();
    await this.page.keyboard.press("Control+g");
    const goal = this.quick.locator(".monaco-list-row", {
      hasText: new RegExp(`\\b${line}\\D+${col}\\b`),
    });
    await this.quickType(`:${line}:${col}`, goal);
    await this.page.keyboard.press("Enter");
    // until the widget is gone and the editor has the focus, the next key would be swallowed
    await this.quick.waitFor({ state: "hidden" });
    await this.page
      .locator(".editor-group-container.active .monaco-editor.focused")
      .first()
      .waitFor();
    await this.cursorAt(line, col);
  }
  async waitForNoSquiggle(kind = "error") {
    await this.until(
      `no ${kind} is underlined`,
      async () => (await this.editor.locator(`.squiggly-${kind}`).count()) === 0,
    );
  }
  async waitSquiggle(kind = "error") {
    await this.editor.locator(`.squiggly-${kind}`).first().waitFor({ state: "attached" });
  }
  async waitForProblem(text) {
    await this.command("Problems: Focus on Problems View");
    await this.page.locator(".markers-panel .monaco-list-row", { hasText: text }).first().waitFor();
  }
  async waitForNoProblem(text) {
    await this.command("Problems: Focus on Problems View");
    await this.until(`no problem with ${text}`, async () => {
      // either the problems or the sentence that there are none; nothing where it has not been drawn yet
      const said = (await this.page.locator(".markers-panel").innerText()).replaceAll(
        "\u00a0",
        " ",
      );
      return said.trim() !== "" && !said.includes(text);
    });
  }
  /** Wait until everything is saved; what was to be edited is to be known by other means. */
  async waitForNothingUnsaved() {
    await this.until(
      "nothing is left to save",
      async () => (await this.page.locator(".tab.dirty").count()) === 0,
    );
  }
  /** Accept a suggestion of that label, once what is typed has brought the focus to it. */
  async acceptSuggestion(label) {
    const row = this.page.locator(
      `.suggest-widget.visible .monaco-list-row.focused[aria-label^="${label}"]`,
    );
    await row.waitFor();
    await this.shot("completion");
    await row.click();
  }
  /** Code action menu (.action-widget): rows are not clickable (pointer block), move the focus with the arrow keys. */
  async pickAction(label) {
    const menu = this.page.locator(".action-widget:not(.action-list-submenu-panel)");
    const focused = menu.locator(".monaco-list-row.focused", { hasText: label });
    await menu.locator(".monaco-list-row.action", { hasText: label }).waitFor();
    await this.until(`the code action ${label} has the focus`, async () => {
      if (await focused.count()) return true;
      await this.page.keyboard.press("ArrowDown");
      return false;
    });
    await this.page.keyboard.press("Enter");
    await menu.waitFor({ state: "hidden" });
  }
  async editorText() {
    return (
      await this.editor.locator(".view-line").evaluateAll((els) =>
        els
          .map((e) => [parseFloat(e.style.top), e.textContent.replace(/\u00a0/g, " ")])
          .sort((a, b) => a[0] - b[0])
          .map((x) => x[1]),
      )
    ).join("\n");
  }
  async terminalText() {
    return (await this.page.locator(".terminal-wrapper.active .xterm-rows > div").allInnerTexts())
      .join("\n")
      .replace(/\u00a0/g, " ");
  }
  async until(what, fn, ms = 20000) {
    const end = Date.now() + ms;
    let last;
    for (;;) {
      try {
        last = await fn();
        if (last) return last;
      } catch (e) {
        last = e;
      }
      if (Date.now() > end) throw new Error(`timeout: ${what}; last=${String(last)}`);
      await new Promise((r) => setTimeout(r, 150));
    }
  }
  /** Wait until `read` gives what is wanted; else tell what differs. */
  async untilEqual(what, read, wanted, ms) {
    let last;
    await this.until(what, async () => isDeepStrictEqual((last = await read()), wanted), ms).catch(
      (error) => {
        if (last !== undefined) assert.deepEqual(last, wanted);
        throw error;
      },
    );
  }
  async close() {
    await this.ctx.close();
  }
}
