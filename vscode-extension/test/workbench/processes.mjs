// The processes that a scenario started.
import fs from "node:fs";

/** The processes whose command line and working directory are what is looked for. */
function processes(isWanted) {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return isWanted(command, fs.readlinkSync(`/proc/${pid}/cwd`));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** uv, and the build that it runs. */
export const syncsOf = (folder) =>
  processes(
    (command, directory) =>
      `${directory}/`.startsWith(`${folder}/`) && /\buv .*\bsync\b|slow_backend/.test(command),
  );
export const serverOf = (server) =>
  processes((command) =>
    new RegExp(`${server.directory}/extensions/.*ws_lsp_main.py server`).test(command),
  );
