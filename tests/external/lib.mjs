// What the checkers share: problems, the command line, a browser that talks to nobody.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));

/** A problem: `file`, `checker`, `rule`, `message`, where known `line` or `at`; `severity` error or warn. */
export function problem(checker, file, rule, message, more = {}) {
  return { checker, file, rule, severity: 'error', message, ...more };
}

/** Prints problems as JSON lines; whether none is an error. */
export function print(problems) {
  for (const one of problems) console.log(JSON.stringify(one));
  return problems.every((one) => one.severity !== 'error');
}

/** Runs `check(files, options)` where the module is the program that node was started on. */
export async function main(url, check, flags = []) {
  if (!process.argv[1] || pathToFileURL(process.argv[1]).href !== url) return;
  const options = {};
  const files = [];
  const words = process.argv.slice(2);
  while (words.length > 0) {
    const word = words.shift();
    const flag = flags.find((name) => word === `--${name}`);
    if (flag) options[flag] = words.shift();
    else files.push(word);
  }
  if (files.length === 0) {
    console.error(`usage: node ${process.argv[1]} ${flags.map((f) => `[--${f} VALUE] `).join('')}FILE...`);
    process.exit(2);
  }
  process.exitCode = print(await check(files, options)) ? 0 : 1;
}

/** The environment for child processes, with every known call home turned off. */
export function quietEnvironment() {
  return {
    ...process.env,
    CI: '1',
    DO_NOT_TRACK: '1',
    NO_COLOR: '1',
    NO_UPDATE_NOTIFIER: '1',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
    REDOCLY_TELEMETRY: 'off',
  };
}

/** Runs a program to its end: `{ code, stdout, stderr }`. Throws where it cannot be started. */
export function run(program, args, options = {}) {
  const settings = { env: quietEnvironment(), maxBuffer: 1 << 28, ...options };
  return new Promise((resolve, reject) => {
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

function browserPath() {
  if (process.env.GROUNDPLAN_CHROMIUM) return process.env.GROUNDPLAN_CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder: look in the next.
      }
    }
  }
  throw new Error('no Chromium found: apt-get install chromium, or set GROUNDPLAN_CHROMIUM');
}

const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-sync',
  '--font-render-hinting=none',
  '--force-device-scale-factor=1',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--metrics-recording-only',
  '--no-first-run',
  '--no-pings',
];

/** Opens a headless browser, calls `use(page, outside)`, closes it; `outside` collects addresses off this machine that were asked for. */
export async function withPage(use) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: browserPath(), args: BROWSER_ARGUMENTS });
  try {
    const page = await browser.newPage();
    const outside = [];
    await page.route(/^(https?|wss?|ftp):/, (route) => {
      outside.push(route.request().url());
      return route.abort();
    });
    return await use(page, outside);
  } finally {
    await browser.close();
  }
}
