import { expect, test } from "vitest";
import { Coalesced } from "../../src/coalesced";

/** Work whose runs are ended by the test. */
function work() {
  const runs: { end: () => void; fail: (error: Error) => void }[] = [];
  const coalesced = new Coalesced(
    () => new Promise((end, fail) => runs.push({ end: () => end(), fail })),
  );
  return { runs, coalesced };
}

test("requests that come during a run become one further run", async () => {
  const { runs, coalesced } = work();
  const ended: string[] = [];
  const request = (name: string): Promise<void> =>
    coalesced.request().then(() => void ended.push(name));
  const all = [request("first"), request("second"), request("third")];
  expect(runs.length).toBe(1);
  runs[0]?.end();
  await all[0];
  expect(ended).toEqual(["first"]);
  await expect.poll(() => runs.length).toBe(2);
  all.push(request("fourth"));
  expect(runs.length).toBe(2);
  runs[1]?.end();
  await Promise.all(all.slice(0, 3));
  expect(ended).toEqual(["first", "second", "third"]);
  await expect.poll(() => runs.length).toBe(3);
  runs[2]?.end();
  await Promise.all(all);
  const after = coalesced.request();
  expect(runs.length).toBe(4);
  runs[3]?.end();
  await after;
});

test("a run that fails holds up none of those that wait", async () => {
  const { runs, coalesced } = work();
  const first = coalesced.request();
  const second = coalesced.request();
  runs[0]?.fail(new Error("lost"));
  await expect(first).rejects.toThrow("lost");
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.end();
  await second;
});
