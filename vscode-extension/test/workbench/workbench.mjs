// Page-object helpers for the VS Code workbench served by code-server (checked with VS Code 1.100.3 and 1.139.1), playwright-core + Debian chromium.
import { chromium } from "playwright-core";
import fs from "node:fs";

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
  /** Quick Open / Command palette: type into the input, wait for the row, press Enter. */
  async quickPick(text, rowText = text) {
    const input = this.quick.locator("input.input").first();
    await input.waitFor();
    await input.fill(text);
    const row = this.quick.locator(".monaco-list-row", { hasText: rowText }).first();
    await row.waitFor();
    await row.click();
    await this.page.mouse.move(200, 15); // where no tooltip appears
  }
  async command(label) {
    await this.page.keyboard.press("F1");
    await this.quickPick(">" + label, label);
  }
  /** The commands that the palette offers for a text. */
  async foundCommands(text) {
    await this.page.keyboard.press("F1");
    const input = this.quick.locator("input.input").first();
    await input.waitFor();
    await input.fill(`>${text}`);
    const rows = this.quick.locator(".monaco-list-row .label-name");
    await rows.filter({ hasText: text }).first().waitFor();
    const labels = await rows.allInnerTexts();
    await this.page.keyboard.press("Escape");
    return labels.map((label) => label.replaceAll("\u00a0", " ").trim());
  }
  /** Open a file of the folder; the absolute path tells files of the same name apart. */
  async openFile(rel, folder = this.folder) {
    const [, directory, name] = /^(?:(.*)\/)?([^/]+)$/.exec(rel);
    await this.page.keyboard.press("Control+p");
    // the rows are those of other files of the name until the search has ended
    const row = directory === undefined ? name : new RegExp(`${name}.*${directory}`);
    await this.quickPick(`${folder}/${rel}`, row);
    await this.page
      .locator(".editor-group-container.active .tab.active", { hasText: name })
      .waitFor();
  }
  get breadcrumbs() {
    return this.page.locator(".editor-group-container.active .breadcrumbs-control");
  }
  /** Wait until the active editor shows a file of the folder; files of the same name have equal tabs. */
  async waitForFile(rel) {
    await this.breadcrumbs.locator(`[aria-label="${this.folder}/${rel}"]`).waitFor();
  }
  /** The symbol of that name around the cursor; what is told beside names may be the same word. */
  symbolInBreadcrumbs(name) {
    return this.breadcrumbs.locator(".label-name").getByText(name, { exact: true });
  }
  /** Wait until the cursor is there, 1-based. */
  async cursorAt(line, col) {
    await this.page
      .locator("#status\\.editor\\.selection", { hasText: `Ln ${line}, Col ${col}` })
      .waitFor();
  }
  /** The view "uv Workspace". */
  get tree() {
    return this.page.locator('.pane:has(.pane-header[aria-label^="uv Workspace"])');
  }
  async showTree() {
    const header = this.tree.locator(".pane-header");
    await header.waitFor();
    if ((await header.getAttribute("aria-expanded")) !== "true") await header.click();
  }
  async waitForMembers(count) {
    await this.showTree();
    await this.tree
      .locator(".monaco-list-row", { hasText: `${count} members` })
      .first()
      .waitFor();
  }
  /** A toast, by a part of its text. */
  toast(text) {
    return this.page.locator(".notification-toast", { hasText: text }).first();
  }
  /** What a web view shows, such as the graph. */
  get webview() {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }
  async statusBar(text) {
    await this.page.locator(".statusbar-item", { hasText: text }).first().waitFor();
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
  async focusEditor() {
    await this.command("View: Focus Active Editor Group");
  }
  /** 1-based line/column through "Go to Line/Column". */
  async goto(line, col) {
    await this.focusEditor();
    await this.page.keyboard.press("Control+g");
    const i = this.quick.locator("input.input").first();
    await i.waitFor();
    await i.fill(`:${line}:${col}`);
    await i.press("Enter");
    // until the widget is gone and the editor has the focus, the next key would be swallowed
    await this.quick.first().waitFor({ state: "hidden" });
    await this.page
      .locator(".editor-group-container.active .monaco-editor.focused")
      .first()
      .waitFor();
    await this.cursorAt(line, col);
  }
  async squiggles(kind = "error") {
    return this.editor.locator(`.squiggly-${kind}`).count();
  }
  async waitSquiggle(kind = "error") {
    await this.editor.locator(`.squiggly-${kind}`).first().waitFor({ state: "attached" });
  }
  async problems() {
    await this.command("Problems: Focus on Problems View");
    const rows = this.page.locator(".markers-panel .monaco-list-row");
    await rows.first().waitFor();
    return (await rows.allInnerTexts()).map((t) => t.replace(/\s+/g, " ").trim());
  }
  async waitForProblem(text) {
    await this.command("Problems: Focus on Problems View");
    await this.page.locator(".markers-panel .monaco-list-row", { hasText: text }).first().waitFor();
  }
  async waitForNoProblem(text) {
    await this.command("Problems: Focus on Problems View");
    await this.until(
      `no problem with ${text}`,
      async () =>
        (await this.page.locator(".markers-panel .monaco-list-row", { hasText: text }).count()) ===
        0,
    );
  }
  async suggestions() {
    const rows = this.page.locator(".suggest-widget.visible .monaco-list-row");
    await rows.first().waitFor();
    return await rows.evaluateAll((els) => els.map((e) => e.getAttribute("aria-label")));
  }
  /** Code action menu (.action-widget): rows are not clickable (pointer block), move the focus with the arrow keys. */
  async pickAction(label) {
    const menu = this.page.locator(".action-widget");
    const focused = menu.locator(".monaco-list-row.focused", { hasText: label });
    await menu.locator(".monaco-list-row.action", { hasText: label }).first().waitFor();
    for (let i = 0; i < 20; i++) {
      if (await focused.count()) {
        await this.page.keyboard.press("Enter");
        await menu.first().waitFor({ state: "hidden" });
        return;
      }
      await this.page.keyboard.press("ArrowDown");
      await this.page.waitForTimeout(50);
    }
    throw new Error("code action not reachable: " + label);
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
  async close() {
    await this.ctx.close();
  }
}
