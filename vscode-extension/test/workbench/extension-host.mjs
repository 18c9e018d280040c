// Runs test/host inside the real extension host, by the keys with which VS Code starts extension tests in the web.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM_ARGS } from "./workbench.mjs";

const TESTS = fileURLToPath(new URL("../../out/host/index.cjs", import.meta.url));

export async function runInExtensionHost(server, timeout = 120_000) {
  const context = await chromium.launchPersistentContext(server.chromeProfile(), {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: CHROMIUM_ARGS,
  });
  try {
    const page = context.pages()[0];
    let done;
    const exit = new Promise((resolve) => (done = resolve));
    await page.exposeFunction("codeAutomationExit", (code) => done(code));
    await page.exposeFunction("codeAutomationLog", () => undefined);
    // newer VS Code honours the keys only with the smoke test driver on, for which code-server has no option
    await page.addInitScript(() => {
      const original = Element.prototype.getAttribute;
      Element.prototype.getAttribute = function (name) {
        const value = original.call(this, name);
        if (name !== "data-settings" || this.id !== "vscode-workbench-web-configuration" || !value)
          return value;
        const configuration = JSON.parse(value);
        configuration.developmentOptions = {
          ...configuration.developmentOptions,
          enableSmokeTestDriver: true,
        };
        return JSON.stringify(configuration);
      };
    });
    const remote = (file) => `vscode-remote://127.0.0.1:${server.port}${file}`;
    const payload = JSON.stringify([
      ["extensionDevelopmentPath", remote(server.extension())], // the installed files are what is tested
      ["extensionTestsPath", remote(TESTS)],
      ["skipWelcome", "true"],
    ]);
    await page.goto(
      `http://127.0.0.1:${server.port}/?folder=${server.folder}&payload=${encodeURIComponent(payload)}`,
    );
    const timer = setTimeout(() => done("timeout"), timeout);
    const code = await exit;
    clearTimeout(timer);
    const file = path.join(server.folder, ".host-tests.json");
    const report = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : { tests: [] };
    return { code, tests: report.tests.map(({ title, err }) => ({ title, error: err.message })) };
  } finally {
    await context.close();
  }
}
