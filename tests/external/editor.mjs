// An editor at the other end of the language server, on the protocol's own client library.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { here } from './lib.mjs';

const require = createRequire(import.meta.url);
const { StreamMessageReader, StreamMessageWriter, createProtocolConnection } = require('vscode-languageserver-protocol/node');
export const { TextDocument } = require('vscode-languageserver-textdocument');

/** Nothing here takes this long; a server that says nothing fails the case instead of holding it. */
const PATIENCE_MS = 120_000;

export const SHOP = join(here, '../../examples/orders');

const CAPABILITIES = {
  workspace: {
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
    didChangeWatchedFiles: { dynamicRegistration: false },
  },
  textDocument: { publishDiagnostics: { relatedInformation: true, versionSupport: true } },
};

/** An editor on a folder: open texts, and what the server showed of them. */
export class Editor {
  constructor(folder, program) {
    this.folder = folder;
    this.open = new Map();
    this.shown = [];
    this.waiting = [];
    this.child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exit = new Promise((resolve) => this.child.on('exit', (code) => resolve(code)));
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.child.stdout), new StreamMessageWriter(this.child.stdin));
    this.connection.onError(() => {});
    this.connection.onNotification('textDocument/publishDiagnostics', (params) => {
      this.shown.push(params);
      this.waiting = this.waiting.filter(({ accept, resolve }) => !accept(params) || (resolve(params), false));
    });
    this.connection.listen();
  }

  uri(name) {
    return pathToFileURL(join(this.folder, name)).href;
  }

  async start() {
    this.server = await this.request('initialize', { processId: process.pid, rootUri: this.uri(''), capabilities: CAPABILITIES });
    await this.notify('initialized', {});
    return this;
  }

  request(method, params, token) {
    return patience(this.connection.sendRequest(method, params, ...(token ? [token] : [])), method);
  }

  notify(method, params) {
    return this.connection.sendNotification(method, params);
  }

  /** The next findings that `accept` takes, also those shown before. */
  findings(accept, what) {
    const there = this.shown.findLast(accept);
    if (there) return Promise.resolve(there);
    return patience(new Promise((resolve) => this.waiting.push({ accept, resolve })), what);
  }

  /** The findings of a text as it is now. */
  async current(name) {
    const { version } = this.open.get(name);
    const found = await this.findings((p) => p.uri === this.uri(name) && p.version === version, `findings of ${name} ${version}`);
    return found.diagnostics;
  }

  async show(name, text = readFileSync(join(this.folder, name), 'utf8')) {
    const uri = this.uri(name);
    this.open.set(name, TextDocument.create(uri, 'yaml', 1, text));
    await this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
  }

  text(name) {
    return this.open.get(name).getText();
  }

  /** Changes of one version, as ranges. */
  async change(name, changes) {
    const before = this.open.get(name);
    const after = TextDocument.update(before, changes, before.version + 1);
    await this.notify('textDocument/didChange', {
      textDocument: { uri: after.uri, version: after.version }, contentChanges: changes,
    });
  }

  /** Replaces the first `old` by `text`. */
  async replace(name, old, text) {
    const document = this.open.get(name);
    const at = document.getText().indexOf(old);
    assert.notEqual(at, -1, `${name} holds ${old}`);
    const range = { start: document.positionAt(at), end: document.positionAt(at + old.length) };
    await this.change(name, [{ range, text }]);
  }

  /** The position of `|` in `marked`, which stands in the text without it. */
  at(name, marked) {
    const document = this.open.get(name);
    const cursor = marked.indexOf('|');
    const at = document.getText().indexOf(marked.replace('|', ''));
    assert.notEqual(at, -1, `${name} holds ${marked}`);
    return { textDocument: { uri: document.uri }, position: document.positionAt(at + cursor) };
  }

  /** What stands in a range of a file. */
  slice(uri, range) {
    const document = [...this.open.values()].find((one) => one.uri === uri);
    return document.getText(range);
  }

  /** Makes a workspace edit in the open texts. */
  async apply(edit) {
    for (const change of edit.documentChanges) {
      if (change.kind === 'create') {
        await this.show(change.uri.split('/').at(-1), '');
        continue;
      }
      const [name, document] = [...this.open].find(([, one]) => one.uri === change.textDocument.uri);
      assert.ok([null, document.version].includes(change.textDocument.version), 'edits name the version');
      const text = TextDocument.applyEdits(document, change.edits);
      await this.change(name, [{ text }]);
    }
  }

  async actions(name, diagnostic) {
    const context = { diagnostics: [diagnostic] };
    return this.request('textDocument/codeAction', { textDocument: { uri: this.uri(name) }, range: diagnostic.range, context });
  }

  async stop() {
    if (this.child.exitCode === null) {
      await this.request('shutdown');
      await this.notify('exit');
    }
    const code = await patience(this.exit, 'the end of the server');
    this.connection.dispose();
    return code;
  }
}

export function patience(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer: ${what}`)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
