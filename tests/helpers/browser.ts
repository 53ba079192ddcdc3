import { existsSync } from "node:fs";
import process from "node:process";
import type { Browser } from "playwright-core";

/** Where Debian and others put it. */
const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The Chromium or Chrome of this machine; without one, tests with a browser are skipped. */
export function findBrowser(): string | undefined {
  const program = [process.env["CHROME_PATH"], ...candidates].find((path) => path !== undefined && existsSync(path));
  if (program === undefined) {
    process.stderr.write(
      "No Chromium: apt-get install chromium, or name one with CHROME_PATH. Its tests are skipped.\n",
    );
  }
  return program;
}

export async function openBrowser(executablePath: string): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  // Root may not use the sandbox, and CI is root; what is opened is our own.
  return await chromium.launch({ executablePath, args: ["--no-sandbox", "--force-color-profile=srgb"] });
}
