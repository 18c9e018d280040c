// Work that nobody waits for. Pure.

/** The part of VS Code's log that is written to. */
interface Log {
  error(error: string | Error): void;
}

/** Write down how work failed that goes on by itself: nobody else would hear of it. */
export function inBackground(work: PromiseLike<unknown>, log: Log): void {
  work.then(undefined, (error: unknown) => logError(error, log));
}

/** Write down what was thrown. */
export function logError(error: unknown, log: Log): void {
  log.error(error instanceof Error ? error : String(error));
}
