import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Respawn } from "../../stack/respawn.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("waits longer each time for what ends at once, thirty seconds at most", async () => {
  const starts: number[] = [];
  const begin = Date.now();
  const respawn: Respawn = new Respawn("the worker", "worker.log", async () => {
    starts.push((Date.now() - begin) / 1_000);
    respawn.started();
    respawn.ended("exit code 1");
  });
  respawn.ended("exit code 1");
  await vi.advanceTimersByTimeAsync(130_000);
  expect(starts).toEqual([1, 3, 7, 15, 31, 61, 91, 121]);
  expect(process.stderr.write).toHaveBeenCalledWith(
    "nexus: the worker has ended (exit code 1) and starts again in 30 s. Its log is worker.log.\n",
  );
});

it("begins at one second again after a long life", async () => {
  const start = vi.fn(async () => undefined);
  const respawn = new Respawn("the worker", "worker.log", start);
  for (let crash = 1; crash <= 3; crash += 1) {
    respawn.ended("SIGKILL");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(start).toHaveBeenCalledTimes(crash);
    respawn.started();
    await vi.advanceTimersByTimeAsync(31_000);
  }
});

it("counts a start that fails as an end", async () => {
  const start = vi.fn(() => Promise.reject(new Error("no database")));
  const respawn = new Respawn("the worker", "worker.log", start);
  respawn.ended("SIGKILL");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(start).toHaveBeenCalledTimes(2);
});

it("starts nothing once it is cancelled", async () => {
  const start = vi.fn(async () => undefined);
  const respawn = new Respawn("the worker", "worker.log", start);
  respawn.ended("SIGKILL");
  respawn.cancel();
  respawn.ended("SIGKILL");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(start).not.toHaveBeenCalled();
});
