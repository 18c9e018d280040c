import { expect, test } from "vitest";
import { inBackground } from "../../src/background";

test.each([[new Error("no")], ["no"]])("%o is written down", async (reason) => {
  const written: (string | Error)[] = [];
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  const work = Promise.reject(reason);
  inBackground(work, { error: (error) => written.push(error) });
  await work.catch(() => undefined);
  expect(written).toEqual([reason]);
});
