// When to start a crashed server again. Pure: the time is handed in.

const FIRST_DELAY = 500;
const MOST_CRASHES = 5;
const STABLE_AFTER = 180_000;

export type Verdict =
  | { readonly kind: "restart"; readonly delay: number; readonly report: boolean }
  | { readonly kind: "giveUp" };

/** Counts the crashes that follow each other within three minutes. Times are in milliseconds. */
export class Crashes {
  private count = 0;
  private last = -Infinity;

  /** Hear of a crash: the delay doubles with each, only the first is worth a message, and five are enough. */
  crashed(now: number): Verdict {
    this.count = now - this.last > STABLE_AFTER ? 1 : this.count + 1;
    this.last = now;
    if (this.count >= MOST_CRASHES) return { kind: "giveUp" };
    return {
      kind: "restart",
      delay: FIRST_DELAY * 2 ** (this.count - 1),
      report: this.count === 1,
    };
  }

  reset(): void {
    this.count = 0;
  }
}
