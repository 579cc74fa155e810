// The protocol's inspector in command-line mode against `groundplan-mcp`.
//
//   node inspector.mjs PROGRAM REPOSITORY
//
// Ends with the line 'N passed, N failed'.

import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const [program, repository] = process.argv.slice(2, 4).map((p) => resolve(p));
const here = dirname(fileURLToPath(import.meta.url));
const inspector = join(here, "node_modules", ".bin", "mcp-inspector");
const run = promisify(execFile);
const token = "0123456789abcdef0123456789abcdef";
let passed = 0;
let failed = 0;

async function check(name, test) {
  try {
    await test();
    passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.message}\n${error.stdout ?? ""}\n${error.stderr ?? ""}`);
  }
}

async function inspect(target, ...method) {
  const { stdout } = await run(inspector, ["--cli", ...target, ...method], { timeout: 120_000, maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

const folder = mkdtempSync(join(tmpdir(), "groundplan-inspector-"));
for (const name of ["brief.yaml", "architecture.yaml"]) {
  cpSync(join(repository, "examples", "orders", name), join(folder, name));
}
const server = spawn(program, [folder, "--listen", "127.0.0.1:0"], { env: { ...process.env, GROUNDPLAN_TOKEN: token } });
const url = await new Promise((found, lost) => {
  let text = "";
  server.stderr.on("data", (data) => {
    text += data;
    // What arrives may end in the middle of the address.
    const at = /http:\/\/\S+(?=\s)/.exec(text);
    if (at) found(at[0]);
  });
  server.on("exit", () => lost(new Error(`the server ended: ${text}`)));
});

const ways = [
  ["stdio", [program, folder]],
  ["HTTP", [url, "--transport", "http", "--header", `Authorization: Bearer ${token}`]],
];
for (const [way, target] of ways) {
  await check(`tools over ${way}`, async () => {
    const { tools } = await inspect(target, "--method", "tools/list");
    expect(tools.some((t) => t.name === "propose" && t.outputSchema), "propose is not among the tools");
  });
  await check(`a call over ${way}`, async () => {
    const answer = await inspect(target, "--method", "tools/call", "--tool-name", "explain", "--tool-arg", "id=missing-timeout");
    expect(answer.structuredContent.text.includes("timeout"), JSON.stringify(answer));
  });
  await check(`resources over ${way}`, async () => {
    const { resources } = await inspect(target, "--method", "resources/list");
    expect(resources.some((r) => r.uri === "groundplan://folder/brief.yaml"), "the brief is not among the resources");
    const read = await inspect(target, "--method", "resources/read", "--uri", "groundplan://vocabulary/architecture.components");
    expect(read.contents[0].text.length > 0, "the vocabulary is empty");
  });
  await check(`prompts over ${way}`, async () => {
    const { prompts } = await inspect(target, "--method", "prompts/list");
    expect(prompts.length === 5, `${prompts.length} prompts`);
  });
}
server.kill();
rmSync(folder, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
