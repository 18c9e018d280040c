// Starts code-server (VS Code's server and workbench) with a fresh profile, a fresh workspace and the given VSIX files.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

/** Keeps the workbench quiet. Written to User and Machine: newer VS Code reads machine-scoped settings only from Machine. */
const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.reduceMotion": "on",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "files.autoSave": "off", // the web's default is afterDelay
  "editor.minimap.enabled": false,
  "editor.wordBasedSuggestions": "off",
  "terminal.integrated.gpuAcceleration": "off", // with the DOM renderer the text can be read
  "terminal.integrated.enablePersistentSessions": false,
  "task.quickOpen.showAll": true,
  "task.saveBeforeRun": "never",
  "npm.autoDetect": "off",
  "gulp.autoDetect": "off",
  "grunt.autoDetect": "off",
  "jake.autoDetect": "off",
  "typescript.tsc.autoDetect": "off",
  "window.confirmBeforeClose": "never",
};

/**
 * `makeWorkspace(folder)` fills the folder to open. `environment` is added to that of the server, whose
 * HOME is fresh; an undefined value removes a variable.
 */
export async function startCodeServer({
  codeServer,
  vsix,
  settings = {},
  trust = false,
  environment = {},
  makeWorkspace,
}) {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "ws-lsp-workbench-")));
  const folder = path.join(directory, "acme");
  fs.mkdirSync(folder);
  makeWorkspace(folder);
  for (const part of ["data/User", "data/Machine", "extensions", "home"])
    fs.mkdirSync(path.join(directory, part), { recursive: true });
  const json = JSON.stringify({ ...QUIET, ...settings }, null, 1);
  for (const part of ["User", "Machine"])
    fs.writeFileSync(path.join(directory, "data", part, "settings.json"), json);
  const env = {
    ...process.env,
    HOME: path.join(directory, "home"),
    SHELL: "/bin/bash",
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: "", itemUrl: "", resourceUrlTemplate: "" }),
    ...environment,
  };
  for (const name of Object.keys(env))
    if (
      env[name] === undefined ||
      /^(VSCODE_|ELECTRON_|PASSWORD$|HASHED_PASSWORD$|VIRTUAL_ENV$|MAKE)/.test(name)
    )
      delete env[name];
  // VS Code asks a login shell for the environment of extensions, and /etc/profile sets another PATH
  fs.writeFileSync(path.join(directory, "home", ".bash_profile"), `export PATH='${env.PATH}'\n`);
  const common = [
    "--config",
    path.join(directory, "config.yaml"),
    "--user-data-dir",
    path.join(directory, "data"),
    "--extensions-dir",
    path.join(directory, "extensions"),
    "--disable-telemetry",
    "--disable-update-check",
  ];
  const real = { ...env, PATH: process.env.PATH }; // code-server itself needs a shell's tools
  execFileSync(codeServer, [...common, ...vsix.flatMap((file) => ["--install-extension", file])], {
    env: real,
    stdio: "pipe",
  });
  const port = await freePort();
  const log = fs.openSync(path.join(directory, "server.log"), "w");
  const options = [
    "--auth",
    "none",
    "--bind-addr",
    `127.0.0.1:${port}`,
    "--disable-getting-started-override",
    ...(trust ? [] : ["--disable-workspace-trust"]),
  ];
  const child = spawn(codeServer, [...common, ...options], {
    env: real,
    stdio: ["ignore", log, log],
  });
  try {
    await ready(port, child, path.join(directory, "server.log"));
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  const installed = () =>
    fs
      .readdirSync(path.join(directory, "extensions"))
      .find((name) => name.startsWith("ws-lsp.ws-lsp-"));
  return {
    directory,
    folder,
    port,
    extension: () => path.join(directory, "extensions", installed()),
    logs: () => readLogs(path.join(directory, "data", "logs")),
    chromeProfile: () => fs.mkdtempSync(path.join(directory, "chromium-")),
    async stop({ keep = false } = {}) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await new Promise((resolve) => child.once("exit", resolve));
      }
      if (!keep) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        fs.rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
      }
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function ready(port, child, log) {
  const end = Date.now() + 30_000;
  for (;;) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/healthz`)).ok) return;
    } catch {
      // not yet
    }
    if (child.exitCode !== null || Date.now() > end)
      throw new Error(`code-server did not start: ${fs.readFileSync(log, "utf8").slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** What our extension wrote to its output channels. */
function readLogs(directory) {
  if (!fs.existsSync(directory)) return "";
  const files = fs
    .readdirSync(directory, { recursive: true })
    .filter((file) => file.includes("ws-lsp.ws-lsp") && file.endsWith(".log"));
  return files.map((file) => fs.readFileSync(path.join(directory, file), "utf8")).join("\n");
}
