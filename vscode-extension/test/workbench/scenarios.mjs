// What a person does with the extension; each scenario ends in assertions and a screenshot.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runInExtensionHost } from "./extension-host.mjs";

const ACME = fileURLToPath(new URL("../../../examples/acme", import.meta.url));
const ROOT = "pyproject.toml";
const JOBS = "apps/jobs/pyproject.toml";

function acme(folder) {
  fs.cpSync(ACME, folder, {
    recursive: true,
    filter: (source) => !/(\.venv|uv\.lock|__pycache__)$/.test(source),
  });
}

function replace(file, before, after) {
  const text = fs.readFileSync(file, "utf8");
  assert(text.includes(before), `${file} holds ${before}`);
  fs.writeFileSync(file, text.replace(before, after));
}

/** Acme without its two mistakes. */
function sound(folder) {
  acme(folder);
  replace(path.join(folder, ROOT), "acme-wbe", "acme-web");
  fs.appendFileSync(path.join(folder, JOBS), "acme-data = { workspace = true }\n");
}

/** A sound Acme whose build takes a minute. */
function slow(folder) {
  sound(folder);
  const manifest = path.join(folder, JOBS);
  replace(
    manifest,
    'requires = ["uv_build>=0.9"]\nbuild-backend = "uv_build"',
    'requires = []\nbuild-backend = "slow_backend"\nbackend-path = ["."]',
  );
  fs.writeFileSync(
    path.join(path.dirname(manifest), "slow_backend.py"),
    "import time\ntime.sleep(60)\n",
  );
}

/** A hundred members, with extras, groups and a circle. */
function large(folder) {
  const name = (at) => `${["core", "data", "web", "jobs", "tools"][at % 5]}-${at}`;
  const put = (file, text) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  };
  put(
    path.join(folder, ROOT),
    '[tool.uv.workspace]\nmembers = ["packages/*"]\n\n[tool.ws-lsp]\ndefault-packages = ["web-97", "jobs-98"]\n',
  );
  for (let at = 0; at < 100; at += 1) {
    const needed = [...new Set([Math.floor(at / 3), Math.floor(at / 8)])].filter(
      (one) => one !== at,
    );
    if (at === 0) needed.push(1); // which needs 0
    const lines = [
      `[project]\nname = "${name(at)}"\nversion = "0.1.0"`,
      `dependencies = ${JSON.stringify(needed.map(name))}`,
      at % 10 === 9 ? `[project.optional-dependencies]\nfast = ["${name(at - 4)}"]` : "",
      at % 10 === 7 ? `[dependency-groups]\ndev = ["${name(at - 3)}"]` : "",
    ];
    put(path.join(folder, "packages", name(at), ROOT), lines.join("\n"));
  }
}

/** The members that are installed in the workspace's environment. */
function installed(folder) {
  const libraries = path.join(folder, ".venv", "lib");
  if (!fs.existsSync(libraries)) return [];
  const packages = path.join(
    libraries,
    fs.readdirSync(libraries).find((name) => name.startsWith("python")),
    "site-packages",
  );
  return fs
    .readdirSync(packages)
    .flatMap((name) => /^(acme_\w+)-.*\.dist-info$/.exec(name)?.[1] ?? [])
    .sort();
}

function processes(pattern) {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return pattern.test(fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        return false;
      }
    })
    .map(Number);
}

const syncsOf = (folder) =>
  processes(new RegExp(`uv .*${folder}.* sync|slow_backend|uv sync .*${folder}`));
const serverOf = (server) =>
  processes(new RegExp(`${server.directory}/extensions/.*ws_lsp_main.py server`));

async function waitForProblem(workbench, text) {
  await workbench.command("Problems: Focus on Problems View");
  await workbench.page
    .locator(".markers-panel .monaco-list-row", { hasText: text })
    .first()
    .waitFor();
}

async function waitForNoProblem(workbench, text) {
  await workbench.command("Problems: Focus on Problems View");
  await workbench.until(
    `no problem with ${text}`,
    async () =>
      (await workbench.page
        .locator(".markers-panel .monaco-list-row", { hasText: text })
        .count()) === 0,
  );
}

async function waitForMembers(workbench, count) {
  await workbench.showTree();
  await workbench.tree
    .locator(".monaco-list-row", { hasText: `${count} members` })
    .first()
    .waitFor();
}

export const scenarios = {
  /** What needs no eyes: test/host, inside the extension host. */
  extensionHost: {
    options: { makeWorkspace: acme, headless: true },
    async body(server) {
      const { code, tests } = await runInExtensionHost(server);
      for (const { title, error } of tests)
        console.log(error ? `  FAILED ${title}: ${error}` : `  passed ${title}`);
      assert.equal(code, 0);
      assert(tests.length > 0);
    },
  },

  /** The misspelt default package is underlined, and listed under Problems. */
  diagnostics: {
    options: { makeWorkspace: acme },
    async body(workbench) {
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      workbench.log("first squiggle");
      const problems = await workbench.problems();
      assert(
        problems.some((text) =>
          text.includes("`acme-wbe` is not a member of this workspace. Did you mean `acme-web`?"),
        ),
        problems.join("\n"),
      );
      assert(problems.some((text) => text.includes("unknown-default-package")));
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
      const suggestions = await workbench.suggestions();
      assert(
        suggestions.some((text) => text.startsWith("acme-cli")),
        suggestions.join("\n"),
      );
      await workbench.shot("completion");
      await workbench.page
        .locator(".suggest-widget.visible .monaco-list-row", { hasText: "acme-cli" })
        .first()
        .click();
      await workbench.until("the completion is there", async () =>
        (await workbench.editorText()).includes('"acme-cli"'),
      );
      await workbench.command("Undo");
      await workbench.command("File: Revert File");
      await workbench.waitSquiggle();
      await workbench.goto(8, 36);
      await workbench.command("Quick Fix...");
      await workbench.page
        .locator(".action-widget .monaco-list-row", { hasText: "Replace with `acme-web`" })
        .first()
        .waitFor();
      await workbench.shot("quick-fix");
      await workbench.pickAction("Replace with `acme-web`");
      await workbench.until("no squiggle", async () => (await workbench.squiggles()) === 0);
      await workbench.shot("fixed");
    },
  },

  /** Three syncs from the palette, with the real uv. */
  sync: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      await workbench.openFile(ROOT);
      await waitForMembers(workbench, 7);
      await workbench.shot("before");
      await workbench.command("uv Workspace: Sync Default Packages");
      await workbench.until(
        "the default packages are installed",
        () => installed(folder).includes("acme_web"),
        60000,
      );
      assert.deepEqual(installed(folder), [
        "acme_api",
        "acme_core",
        "acme_data",
        "acme_testing",
        "acme_web",
      ]);
      await workbench.page
        .locator(".notification-toast", { hasText: "Sync the default packages" })
        .first()
        .waitFor();
      await workbench.statusBar("2/2 default packages installed");
      await workbench.shot("default-packages");
      await workbench.command("Notifications: Clear All Notifications");

      await workbench.command("uv Workspace: Sync Workspace");
      await workbench.until(
        "every member is installed",
        () => installed(folder).length === 7,
        60000,
      );
      await workbench.page
        .locator(".notification-toast", { hasText: "installed" })
        .first()
        .waitFor();
      await workbench.command("Notifications: Clear All Notifications");

      await workbench.command("uv Workspace: Sync Package…");
      const rows = workbench.quick.locator(".monaco-list-row");
      await rows.first().waitFor();
      assert.equal(
        (await workbench.quick
          .locator(".monaco-list-row input:checked, .monaco-list-row [aria-checked=true]")
          .count()) > 0,
        true,
      );
      await workbench.shot("choose-packages");
      for (const name of ["acme-api", "acme-web", "acme-cli"]) {
        await rows.filter({ hasText: name }).first().click();
      }
      await workbench.page.keyboard.press("Enter");
      await workbench.until(
        "the chosen package alone is left",
        () => !installed(folder).includes("acme_web"),
        60000,
      );
      assert(installed(folder).includes("acme_cli"));
      await workbench.page.locator(".notification-toast", { hasText: "removed" }).first().waitFor();
      await workbench.shot("one-package");
    },
  },

  /** Cancel ends uv and all that it started. */
  cancel: {
    options: { makeWorkspace: slow },
    async body(workbench, { folder }) {
      await waitForMembers(workbench, 7);
      await workbench.command("uv Workspace: Sync Workspace");
      const toast = workbench.page.locator(".notification-toast", { hasText: "uv sync" }).first();
      await toast.waitFor();
      await workbench.until("uv runs", () => syncsOf(folder).length > 0);
      await workbench.shot("progress");
      await toast.locator(".monaco-button", { hasText: "Cancel" }).click();
      await workbench.until("uv is gone", () => syncsOf(folder).length === 0);
      await toast.waitFor({ state: "hidden" });
      assert.deepEqual(installed(folder), []);
      assert.equal(await workbench.page.locator(".tab.dirty").count(), 0);
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
      await waitForMembers(workbench, 7);
      await workbench.command("uv Workspace: Sync Workspace");
      await workbench.page
        .locator(".notification-toast", { hasText: "uv sync failed" })
        .first()
        .waitFor({ timeout: 60000 });
      await workbench.shot("message");
      await workbench.command("Notifications: Clear All Notifications");
      await workbench.waitSquiggle();
      await waitForProblem(workbench, "no-such-package-anywhere");
      await workbench.shot("diagnostic");
    },
  },

  /** The view's inline actions. */
  tree: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      await waitForMembers(workbench, 7);
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
      await workbench.page
        .locator(".editor-group-container.active .breadcrumbs-control", { hasText: "cli" })
        .first()
        .waitFor();
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

  /** What the editor tells of a member: hover, definition, references, rename, lens, hints, symbols. */
  features: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      const { page } = workbench;
      await workbench.openFile(ROOT);
      await waitForMembers(workbench, 7);
      await workbench.until("the hints are there", async () =>
        (await workbench.editorText()).includes("3 members"),
      );
      await workbench.goto(8, 24);
      await workbench.command("Show or Focus Hover");
      const hover = page.locator(".monaco-hover", { hasText: "acme-api" }).first();
      await hover.waitFor();
      const said = await hover.innerText();
      for (const word of ["0.1.0", "apps/api", "acme-core"]) assert(said.includes(word), said);
      await workbench.shot("hover");
      await page.keyboard.press("Escape");

      await workbench.command("Go to Definition");
      await page
        .locator(".editor-group-container.active .breadcrumbs-control", { hasText: "api" })
        .first()
        .waitFor();
      await page.locator("#status\\.editor\\.selection", { hasText: "Ln 2, Col 9" }).waitFor();

      await workbench.openFile("packages/core/pyproject.toml");
      await workbench.goto(2, 12);
      await workbench.command("Go to References");
      const peek = page.locator(".peekview-widget");
      await peek.locator(".monaco-list-row").first().waitFor();
      const counted = await peek.locator(".peekview-title .meta").innerText();
      assert.match(counted, /[0-9]+/);
      await workbench.shot("references");
      await page.keyboard.press("Escape");
      await peek.first().waitFor({ state: "hidden" });

      await page.locator(".codelens-decoration a", { hasText: "Sync `acme-core`" }).first().click();
      await workbench.until(
        "the member is installed",
        () => installed(folder).includes("acme_core"),
        60000,
      );
      assert.deepEqual(installed(folder), ["acme_core"]);
      await workbench.command("Notifications: Clear All Notifications");

      await workbench.goto(2, 12);
      await workbench.command("Rename Symbol");
      const name = page.locator(".rename-box input");
      await name.waitFor();
      await workbench.shot("rename");
      await name.fill("acme-base");
      await name.press("Enter");
      await workbench.until("this file names it", async () =>
        (await workbench.editorText()).includes('name = "acme-base"'),
      );
      await workbench.command("File: Save All");
      await workbench.until("no file is left that says otherwise", () => {
        const texts = ["packages", "apps"].flatMap((above) =>
          fs
            .readdirSync(path.join(folder, above))
            .map((one) => fs.readFileSync(path.join(folder, above, one, ROOT), "utf8")),
        );
        const after = texts.filter((text) => text.includes("acme-base")).length;
        return after >= 5 && !texts.some((text) => text.includes("acme-core"));
      });
      await workbench.shot("renamed");

      await workbench.command("Go to Symbol in Workspace...");
      await workbench.quick.locator("input.input").first().fill("#acme-we");
      await workbench.quick.locator(".monaco-list-row", { hasText: "acme-web" }).first().waitFor();
      await workbench.shot("symbols");
      await page.keyboard.press("Escape");
    },
  },

  /** The commands that edit files or only look, by the palette. */
  commands: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      const root = () => fs.readFileSync(path.join(folder, ROOT), "utf8");
      const rows = workbench.quick.locator(".monaco-list-row");
      await workbench.openFile(ROOT);
      await waitForMembers(workbench, 7);

      await workbench.command("uv Workspace: Edit Default Packages…");
      for (const name of ["acme-web", "acme-cli"])
        await rows.filter({ hasText: name }).first().click();
      await workbench.shot("default-packages");
      await workbench.page.keyboard.press("Enter");
      await workbench.until("the manifest names what was chosen", () =>
        root().includes('default-packages = ["acme-api", "acme-cli"]'),
      );

      await workbench.command("uv Workspace: New Member…");
      await rows.filter({ hasText: "packages" }).first().click();
      const name = workbench.quick.locator("input.input").first();
      await name.fill("acme-web");
      await workbench.quick
        .locator(".quick-input-message", { hasText: "`acme-web` is a member already" })
        .waitFor();
      await name.fill("acme-new");
      await name.press("Enter");
      await workbench.page
        .locator(".editor-group-container.active .breadcrumbs-control", { hasText: "acme-new" })
        .first()
        .waitFor();
      await waitForMembers(workbench, 8);
      const made = path.join(folder, "packages", "acme-new");
      assert(fs.readFileSync(path.join(made, ROOT), "utf8").includes('name = "acme-new"'));
      assert(fs.existsSync(path.join(made, "src", "acme_new", "__init__.py")));
      assert.equal(await workbench.page.locator(".tab.dirty").count(), 0);
      await workbench.shot("new-member");

      await workbench.command("uv Workspace: Preview Sync");
      await rows.filter({ hasText: "Every member" }).first().click();
      await workbench.until(
        "the preview is shown",
        async () => /Nothing was changed yet[^]*acme-new/.test(await workbench.editorText()),
        60000,
      );
      assert.deepEqual(installed(folder), []);
      assert.equal(await workbench.page.locator(".tab.dirty").count(), 0);
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

  /** The graph: opened, filtered, and a member opened from it. */
  graph: {
    options: { makeWorkspace: sound },
    async body(workbench) {
      await waitForMembers(workbench, 7);
      await workbench.command("uv Workspace: Show Workspace Graph");
      const view = workbench.page
        .frameLocator("iframe.webview.ready")
        .frameLocator("#active-frame");
      await view.locator('.node[data-name="acme-web"]').waitFor();
      assert.equal(await view.locator(".node").count(), 7);
      assert.equal((await view.locator(".node.default").count()) > 0, true);
      await workbench.shot("whole");
      await view.locator("#filter").fill("data");
      await view.locator("#summary", { hasText: "1 of 7 members" }).waitFor();
      await workbench.shot("filtered");
      await view.locator("#filter").fill("");
      await view.locator('.node[data-name="acme-web"]').press("Enter");
      await workbench.page
        .locator(".editor-group-container.active .breadcrumbs-control", { hasText: "web" })
        .first()
        .waitFor();
      await workbench.shot("opened");
    },
  },

  /** The graph of a hundred members. */
  largeGraph: {
    options: { makeWorkspace: large },
    async body(workbench) {
      await waitForMembers(workbench, 100);
      await workbench.command("uv Workspace: Show Workspace Graph");
      const view = workbench.page
        .frameLocator("iframe.webview.ready")
        .frameLocator("#active-frame");
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

  /** In a workspace that is not trusted files are checked, and uv is not run. */
  trust: {
    options: { makeWorkspace: acme, trust: true },
    async body(workbench, { folder }) {
      const dialog = workbench.page.locator(".monaco-dialog-box"); // newer VS Code starts restricted, with a banner
      if (
        await dialog.waitFor({ timeout: 8000 }).then(
          () => true,
          () => false,
        )
      )
        await dialog.locator(".monaco-button", { hasText: /^No, I don't trust/ }).click();
      await workbench.page
        .locator(".statusbar-item", { hasText: "Restricted Mode" })
        .first()
        .waitFor();
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      await workbench.statusBar("uv: restricted");
      await workbench.page.keyboard.press("F1");
      await workbench.quick.locator("input.input").first().fill(">uv Workspace: Sync");
      await workbench.page.waitForTimeout(1000);
      assert.equal(
        await workbench.quick.locator(".monaco-list-row", { hasText: "Sync Workspace" }).count(),
        0,
      );
      await workbench.page.keyboard.press("Escape");
      await workbench.shot("restricted");
      assert.equal(fs.existsSync(path.join(folder, ".venv")), false);
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
      await waitForMembers(workbench, 7);
      await workbench.tree.locator(".monaco-list-row", { hasText: "1 member" }).first().waitFor();
      await waitForProblem(workbench, "Did you mean `second`?");
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
      await workbench.page
        .locator(".notification-toast", { hasText: "ended unexpectedly and is started again" })
        .first()
        .waitFor();
      await workbench.until(
        "another server runs",
        () => serverOf(server).length === 1 && serverOf(server)[0] !== before[0],
      );
      await workbench.shot("message");
      await workbench.goto(8, 22);
      await workbench.page.keyboard.type("x");
      await waitForProblem(workbench, "`xacme-api` is not a member");
      await workbench.shot("back");
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

  /** Changes that others make on the disk: members moved, deleted, created; a branch checked out. */
  disk: {
    options: { makeWorkspace: sound },
    async body(workbench, { folder }) {
      await workbench.openFile(ROOT);
      await waitForMembers(workbench, 7);
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
      await waitForMembers(workbench, 6);
      await waitForProblem(workbench, "`acme-web` is not a member");
      await workbench.shot("moved-out");
      fs.renameSync(path.join(folder, "moved"), path.join(folder, "apps/web"));
      await waitForMembers(workbench, 7);
      await waitForNoProblem(workbench, "`acme-web` is not a member");
      fs.rmSync(path.join(folder, "apps/web"), { recursive: true });
      await waitForProblem(workbench, "`acme-web` is not a member");
      git("checkout", "--quiet", ".");
      await waitForNoProblem(workbench, "`acme-web` is not a member");
      fs.mkdirSync(path.join(folder, "packages/extra"));
      fs.writeFileSync(
        path.join(folder, "packages/extra", ROOT),
        '[project]\nname = "acme-extra"\nversion = "0.1.0"\n',
      );
      await waitForMembers(workbench, 8);
      await workbench.shot("created");
    },
  },

  /** Beside an extension that contributes the language `toml`. */
  toml: {
    options: { makeWorkspace: acme, toml: true },
    async body(workbench) {
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      assert.equal(await workbench.page.locator("#status\\.editor\\.mode").innerText(), "TOML");
      await workbench.goto(8, 32);
      await workbench.page.keyboard.type(' "');
      await workbench.suggestions();
      await workbench.page.keyboard.type("acme-cl");
      await workbench.page
        .locator(".suggest-widget.visible .monaco-list-row.focused", { hasText: "acme-cli" })
        .waitFor();
      await workbench.page.waitForTimeout(300);
      await workbench.page.keyboard.press("Enter");
      await workbench.until(
        "applied between the quotes",
        async () =>
          (await workbench.editorText()).includes('["acme-api", "acme-cli" "acme-wbe"]') ||
          (await workbench.editorText()).includes('"acme-cli",'),
      );
      await workbench.shot("applied");
    },
  },

  /** The dark theme, for the eyes. */
  dark: {
    options: { makeWorkspace: acme, settings: { "workbench.colorTheme": "Default Dark Modern" } },
    async body(workbench) {
      await workbench.openFile(ROOT);
      await workbench.waitSquiggle();
      await waitForMembers(workbench, 7);
      await workbench.shot("view");
      await workbench.command("uv Workspace: Show Workspace Graph");
      const view = workbench.page
        .frameLocator("iframe.webview.ready")
        .frameLocator("#active-frame");
      await view.locator('.node[data-name="acme-web"]').waitFor();
      await workbench.shot("graph");
    },
  },
};
