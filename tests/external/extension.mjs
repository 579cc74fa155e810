// The extension for VS Code: packaged by its own tool, and held against what it must contain.
//
//     node tests/external/extension.mjs
//
// The last line is 'N passed, N failed'.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { here, run } from './lib.mjs';

const require = createRequire(import.meta.url);
const SOURCE = join(here, '../../editors/vscode');
const VSCE = join(here, 'node_modules/@vscode/vsce/vsce');
const folder = mkdtempSync(join(tmpdir(), 'groundplan-extension-'));

async function packaged() {
  const copy = join(folder, 'source');
  cpSync(SOURCE, copy, { recursive: true });
  const file = join(folder, 'groundplan.vsix');
  const words = [VSCE, 'package', '--skip-license', '--allow-missing-repository', '--no-update-package-json', '--out', file];
  const { code, stdout, stderr } = await run(process.execPath, words, { cwd: copy });
  assert.equal(code, 0, `${stdout}${stderr}`);
  const unpacked = join(folder, 'unpacked');
  const unzip = await run('python3', ['-m', 'zipfile', '-e', file, unpacked]);
  assert.equal(unzip.code, 0, unzip.stderr);
  return join(unpacked, 'extension');
}

/** Runs the packaged extension's activation against a stand-in for the editor's own module. */
async function activated(extension, path) {
  const started = [];
  class LanguageClient {
    constructor(id, name, server, options) {
      Object.assign(this, { id, name, server, options });
    }

    async start() {
      started.push(this);
    }

    async stop() {
      this.stopped = true;
    }
  }
  const registered = [];
  const vscode = {
    commands: { registerCommand: (name, run) => registered.push({ name, run }) },
    window: {},
    workspace: {
      getConfiguration: (section) => ({ get: (key) => (section === 'groundplan' && key === 'path' ? path : undefined) }),
      onDidChangeConfiguration: () => ({}),
    },
  };
  const load = Module._load;
  Module._load = (name, ...more) => {
    if (name === 'vscode') return vscode;
    if (name === 'vscode-languageclient/node') return { LanguageClient };
    return load(name, ...more);
  };
  try {
    const main = join(extension, 'extension.js');
    delete require.cache[main];
    const { activate, deactivate } = require(main);
    await activate({ subscriptions: [] });
    await registered.find((one) => one.name === 'groundplan.restart').run();
    await deactivate();
  } finally {
    Module._load = load;
  }
  return started;
}

const CASES = {
  async 'the package holds what it needs and no more'(extension) {
    const read = (name) => readFileSync(join(extension, name), 'utf8');
    const manifest = JSON.parse(read('package.json'));
    const setting = manifest.contributes.configuration.properties['groundplan.path'];
    assert.equal(setting.default, 'groundplan');
    assert.ok(read('readme.md').includes('groundplan.path'));
    assert.ok(read('extension.js').includes('LanguageClient'));
    assert.ok(JSON.parse(read('node_modules/vscode-languageclient/package.json')).version);
    assert.ok(JSON.parse(read('node_modules/vscode-languageserver-protocol/package.json')).version);
    assert.throws(() => read('package-lock.json'));
    // The manifest that the editor reads: every command and setting has a title.
    for (const command of manifest.contributes.commands) assert.ok(command.title);
  },
  async 'it starts the program of the settings, anew when asked, and stops it'(extension) {
    const all = await activated(extension, '/opt/groundplan');
    assert.deepEqual(all.map((one) => one.server), Array(2).fill({ command: '/opt/groundplan', args: ['lsp'] }));
    assert.ok(all.every((one) => one.stopped));
    assert.deepEqual(all[0].options.documentSelector, [{ scheme: 'file', pattern: '**/*.{yaml,yml}' }]);
    const [alone] = await activated(extension, '/opt/groundplan-lsp');
    assert.deepEqual(alone.server, { command: '/opt/groundplan-lsp', args: [] });
  },
};

let [passed, failed] = [0, 0];
try {
  const extension = await packaged();
  for (const [name, test] of Object.entries(CASES)) {
    try {
      await test(extension);
      passed += 1;
    } catch (error) {
      failed += 1;
      console.log(`${name}: ${error.stack ?? error}`);
    }
  }
} catch (error) {
  failed += 1;
  console.log(error.stack ?? error);
}
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
