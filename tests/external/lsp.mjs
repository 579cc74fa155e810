// The language server, driven by the protocol's own client library.
//
//     node tests/external/lsp.mjs PROGRAM
//
// Each case gets a folder and a server of its own. The last line is 'N passed, N failed'.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Editor, SHOP, TextDocument, patience } from './editor.mjs';

const code = (wanted) => (one) => one.code === wanted;
const errors = (diagnostics) => diagnostics.filter((one) => one.severity === 1);
const hover = async (editor, name, marked) => (await editor.request('textDocument/hover', editor.at(name, marked)))?.contents.value;
const labels = async (editor, name, marked) => {
  const list = await editor.request('textDocument/completion', editor.at(name, marked));
  return list.items.map((item) => item.label);
};

/** A small model, whole and without faults. */
const BRIEF = `name: small
purpose: A small shop.
constraints: {cloud: aws, region: eu-central-1}
domain:
  actors:
    buyer: {kind: customer}
  entities:
    basket:
      fields:
        note: {type: text, max_length: 80}
  operations:
    buy:
      actors: [buyer]  # who pays
      rate: {busy: 20/s}
      latency: {p99: 300 ms}
`;
const ARCHITECTURE = `# By hand.
brief: brief.yaml
style: modular-monolith
components:
  web: {kind: client}
  app:
    kind: service
    technology: go
    instances: 2
    zones: 2
    size: {vcpu: 2, memory: 4 GiB}
  db: {kind: store, technology: postgresql, instances: 2, zones: 2, size: {vcpu: 2, memory: 8 GiB}}
relations:
  web-to-app:
    from: web
    to: app  # the only one
    operations: [buy]
    timeout: 2 s
  app-to-db:
    from: app
    to: db
    timeout: 1 s
paths:
  buy:
    steps:
      - {on: app, work: request, via: web-to-app}
      - {on: db, work: commit, via: app-to-db}
    serves: [domain.operations.buy]
    why: 'It answers in {{buy.p99}}, see "components.app".'
`;

const small = { 'brief.yaml': BRIEF, 'architecture.yaml': ARCHITECTURE };

const CASES = {
  async 'an example opens without errors'(editor) {
    cpSync(SHOP, editor.folder, { recursive: true });
    for (const name of ['brief.yaml', 'architecture.yaml']) await editor.show(name);
    for (const name of ['brief.yaml', 'architecture.yaml']) {
      assert.deepEqual(errors(await editor.current(name)), []);
    }
  },

  async 'findings have exact places, rules and related places'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    await editor.replace('architecture.yaml', '{on: app, work: request,', '{note: "größe 🦀🦀", on: ap, work: request,');
    const [fault] = errors(await editor.current('architecture.yaml'));
    assert.equal(fault.code, 'dangling-reference');
    assert.equal(fault.source, 'groundplan');
    assert.equal(editor.slice(editor.uri('architecture.yaml'), fault.range), 'ap');
    assert.match(fault.message, /Did you mean `app`/);
    assert.equal(editor.slice(fault.relatedInformation[0].location.uri, fault.relatedInformation[0].location.range), 'app');
    await editor.replace('architecture.yaml', 'on: ap,', 'on: app,');
    assert.deepEqual(errors(await editor.current('architecture.yaml')), []);
  },

  async 'rules and evaluation speak while typing'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    await editor.replace('brief.yaml', 'busy: 20/s', 'busy: 900000/s');
    const found = await editor.findings((p) => p.diagnostics.some(code('saturated')), 'saturated');
    assert.equal(found.uri, editor.uri('architecture.yaml'));
    await editor.replace('architecture.yaml', '    timeout: 1 s\n', '');
    assert.ok((await editor.current('architecture.yaml')).some(code('missing-timeout')));
  },

  async 'a burst of changes shows its end, and nothing out of order'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    const before = editor.shown.length;
    for (let round = 0; round < 300; round += 1) {
      const [old, text] = round % 2 ? ['to: ap  #', 'to: app  #'] : ['to: app  #', 'to: ap  #'];
      editor.replace('architecture.yaml', old, text);
    }
    assert.deepEqual(errors(await editor.current('architecture.yaml')), []);
    const mine = editor.shown.slice(before).filter((p) => p.uri === editor.uri('architecture.yaml'));
    const versions = mine.map((p) => p.version);
    assert.deepEqual(versions, versions.toSorted((a, b) => a - b));
    for (const { version, diagnostics } of mine) {
      assert.equal(errors(diagnostics).length > 0, version % 2 === 0, `the findings are of version ${version}`);
    }
    assert.ok(mine.length < 300, 'changes are taken together');
  },

  async 'a finding that stems from another file is shown in its own'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    assert.deepEqual(errors(await editor.current('brief.yaml')), []);
    await editor.replace('brief.yaml', '    buy:\n', '    purchase:\n');
    const found = await editor.findings((p) => p.uri === editor.uri('architecture.yaml') && errors(p.diagnostics).length > 0, 'the other file');
    assert.ok(found.diagnostics.some(code('dangling-reference')));
    await editor.replace('brief.yaml', '    purchase:\n', '    buy:\n');
    // The files of one check are shown in the order of their names.
    assert.deepEqual(errors(await editor.current('brief.yaml')), []);
    assert.deepEqual(errors(editor.shown.findLast((p) => p.uri === editor.uri('architecture.yaml')).diagnostics), []);
  },

  async 'a brief under another name, and what is included'(editor) {
    const parts = ARCHITECTURE.indexOf('relations:');
    await write(editor, {
      'wanted.yaml': BRIEF,
      'architecture.yaml': ARCHITECTURE.slice(0, parts).replace('brief.yaml', 'wanted.yaml') + 'include: [parts/rest.yaml]\n',
      'parts/rest.yaml': ARCHITECTURE.slice(parts),
    });
    await editor.show('parts/rest.yaml');
    await editor.show('wanted.yaml');
    await editor.replace('parts/rest.yaml', 'to: app', 'to: ap');
    assert.ok((await editor.current('parts/rest.yaml')).some(code('dangling-reference')));
    await editor.replace('parts/rest.yaml', 'to: ap', 'to: app');
    await editor.replace('wanted.yaml', 'kind: customer', 'kind: custmer');
    assert.ok((await editor.current('wanted.yaml')).some(code('unknown-value')));
  },

  async 'a place is explained'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    const p99 = await hover(editor, 'brief.yaml', 'p|99: 300 ms');
    assert.match(p99, /operations\.buy\.p99 = [\d.]+ ms/);
    assert.match(p99, /Erlang C|distribution/);
    assert.match(p99, /utilisation/);
    const instances = await hover(editor, 'architecture.yaml', 'inst|ances: 2');
    assert.match(instances, /components\.app\.utilisation = [\d.]+ share/);
    assert.match(instances, /How many run at the busiest hour/);
    assert.match(await hover(editor, 'architecture.yaml', 'technology: g|o'), /Licence/);
    assert.match(await hover(editor, 'architecture.yaml', 'to: a|pp'), /components\.app[\s\S]*utilisation: [\d.]+ share[\s\S]*kind: service/);
    assert.match(await hover(editor, 'architecture.yaml', 'kind: ser|vice'), /Answers requests/);
    await editor.replace('architecture.yaml', '    timeout: 1 s\n', '');
    const rule = await hover(editor, 'architecture.yaml', '  app-|to-db:');
    assert.match(rule, /missing-timeout/);
    assert.match(rule, /Remedy/);
  },

  async 'completion of keys, words, ids and units'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    await editor.replace('architecture.yaml', '    zones: 2\n', '    zones: 2\n    \n');
    const keys = await labels(editor, 'architecture.yaml', 'zones: 2\n    |');
    assert.ok(keys.includes('autoscale') && !keys.includes('zones'), keys.join());
    await editor.replace('architecture.yaml', 'zones: 2\n    \n', 'zones: 2\n    sta\n');
    const list = await editor.request('textDocument/completion', editor.at('architecture.yaml', '    sta|\n'));
    const stateless = list.items.find((item) => item.label === 'stateless');
    assert.match(stateless.documentation.value, /Keeps nothing between requests/);
    const document = editor.open.get('architecture.yaml');
    assert.match(TextDocument.applyEdits(document, [stateless.textEdit]), /^ {4}stateless: $/m);
    await editor.replace('architecture.yaml', 'kind: service', 'kind: ');
    assert.ok((await labels(editor, 'architecture.yaml', '    kind: |')).includes('worker'));
    await editor.replace('architecture.yaml', 'to: app', 'to: ');
    assert.deepEqual(await labels(editor, 'architecture.yaml', '    to: |'), ['web', 'app', 'db']);
    await editor.replace('architecture.yaml', 'operations: [buy]', 'operations: [');
    assert.deepEqual(await labels(editor, 'architecture.yaml', 'operations: [|'), ['buy']);
    await editor.replace('architecture.yaml', 'timeout: 2 s', 'timeout: 30 ');
    assert.ok((await labels(editor, 'architecture.yaml', 'timeout: 30 |')).includes('30 ms'));
    await editor.replace('architecture.yaml', '{on: app,', '{on: ');
    assert.ok((await labels(editor, 'architecture.yaml', '{on: |')).includes('app'));
  },

  async 'definition and references over both files'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    const operation = await editor.request('textDocument/definition', editor.at('architecture.yaml', 'operations: [b|uy]'));
    assert.equal(operation.uri, editor.uri('brief.yaml'));
    assert.equal(editor.slice(operation.uri, operation.range), 'buy');
    const named = await editor.request('textDocument/definition', editor.at('architecture.yaml', 'domain.operations.b|uy'));
    assert.deepEqual(named, operation);
    const app = { ...editor.at('brief.yaml', '    b|uy:'), context: { includeDeclaration: true } };
    const all = await editor.request('textDocument/references', app);
    assert.equal(all.filter((one) => one.uri === editor.uri('brief.yaml')).length, 1);
    assert.equal(all.filter((one) => one.uri === editor.uri('architecture.yaml')).length, 4);
  },

  async 'renaming changes every place, keeps comments, and is refused where it would break'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    const place = editor.at('architecture.yaml', 'to: a|pp');
    assert.equal((await editor.request('textDocument/prepareRename', place)).placeholder, 'app');
    assert.equal(await editor.request('textDocument/prepareRename', editor.at('architecture.yaml', 'sty|le')), null);
    for (const [name, why] of [['App', /not an id/], ['web', /taken/], ['', /not an id/]]) {
      await assert.rejects(editor.request('textDocument/rename', { ...place, newName: name }), why);
    }
    await editor.apply(await editor.request('textDocument/rename', { ...place, newName: 'shop' }));
    const wanted = ARCHITECTURE.replace('  app:', '  shop:').replace('to: app  #', 'to: shop  #')
      .replace('from: app', 'from: shop').replace('on: app', 'on: shop').replace('components.app', 'components.shop');
    assert.equal(editor.text('architecture.yaml'), wanted);
    await editor.apply(await editor.request('textDocument/rename', { ...editor.at('brief.yaml', '    b|uy:'), newName: 'purchase' }));
    assert.equal(editor.text('brief.yaml'), BRIEF.replace('    buy:', '    purchase:'));
    assert.equal(editor.text('architecture.yaml'), wanted.replace('[buy]', '[purchase]').replace('  buy:', '  purchase:')
      .replace('operations.buy', 'operations.purchase').replace('{{buy.', '{{purchase.'));
    // An edit of two files comes as two changes; the brief is the last of both, and shown last.
    assert.deepEqual(errors(await editor.current('brief.yaml')), []);
    assert.deepEqual(errors(editor.shown.findLast((p) => p.uri === editor.uri('architecture.yaml')).diagnostics), []);
  },

  async 'a rename in a large example brings no finding'(editor) {
    cpSync(SHOP, editor.folder, { recursive: true });
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    const count = (diagnostics) => diagnostics.map((one) => one.code).toSorted();
    const before = count(await editor.current('architecture.yaml'));
    await editor.apply(await editor.request('textDocument/rename', { ...editor.at('brief.yaml', '    place-|order:\n'), newName: 'order-goods' }));
    assert.ok(!/operations\.place-order\b(?!-)/.test(editor.text('architecture.yaml')));
    await editor.current('brief.yaml');
    assert.deepEqual(count(editor.shown.findLast((p) => p.uri === editor.uri('architecture.yaml')).diagnostics), before);
  },

  async 'quick fixes cure what they are offered for'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    const FAULTS = [
      ['architecture.yaml', 'to: app', 'to: ap', 'dangling-reference', 'to: app'],
      ['architecture.yaml', 'kind: service', 'kind: servise', 'unknown-value', 'kind: service'],
      ['architecture.yaml', 'zones: 2', 'zonez: 2', 'unknown-key', 'zones: 2'],
      ['architecture.yaml', 'technology: go', 'technology: no', 'ambiguous-text', 'technology: "no"'],
      ['architecture.yaml', 'timeout: 2 s', 'timeout: 2 sc', 'bad-quantity', 'timeout: 2 s'],
      ['architecture.yaml', 'memory: 4 GiB', 'memory: 4 gib', 'bad-quantity', 'memory: 4 GiB'],
      ['architecture.yaml', 'instances: 2', 'instances: "2"', 'wrong-type', 'instances: 2'],
      ['architecture.yaml', '    kind: service\n', '', 'missing-key', 'kind: '],
      ['architecture.yaml', '    from: web\n', '', 'missing-key', 'from: web'],
      ['brief.yaml', 'purpose: A small shop.\n', '', 'missing-key', 'purpose: '],
      ['brief.yaml', 'p99: 300 ms', 'p99: 300', 'bad-quantity', 'p99: 300 ms'],
      ['brief.yaml', 'type: text', 'type: txt', 'unknown-value', 'type: text'],
    ];
    for (const [name, whole, broken, rule, cured] of FAULTS) {
      await editor.replace(name, whole, broken);
      const fault = (await editor.current(name)).find(code(rule));
      assert.ok(fault, `${broken} gives ${rule}`);
      const offered = async () => (await editor.actions(name, fault)).filter((one) => one.diagnostics[0].code === rule);
      const { length } = await offered();
      assert.ok(length > 0, `${broken} has a cure`);
      for (let at = 0; at < length; at += 1) {
        const text = editor.text(name);
        const action = (await offered())[at];
        await editor.apply(action.edit);
        const left = await editor.current(name);
        assert.ok(!left.some((one) => one.code === rule), `'${action.title}' cures ${broken}`);
        if (at === 0) assert.ok(editor.text(name).includes(cured), `${action.title} of ${broken}: ${cured}`);
        await editor.change(name, [{ text }]);
      }
      const text = name === 'brief.yaml' ? BRIEF : ARCHITECTURE;
      await editor.change(name, [{ text }]);
      assert.deepEqual(errors(await editor.current(name)), []);
    }
  },

  async 'a finding is waived in a file of its own'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    await editor.replace('architecture.yaml', '    timeout: 1 s\n', '');
    const found = (await editor.current('architecture.yaml')).find(code('missing-timeout'));
    const waive = (await editor.actions('architecture.yaml', found)).find((one) => one.title.includes('Waive missing-timeout@'));
    await editor.apply(waive.edit);
    assert.match(editor.text('waivers.yaml'), /finding: missing-timeout@relations\.app-to-db/);
    const waived = await editor.findings((p) => p.uri === editor.uri('architecture.yaml')
      && p.diagnostics.some((one) => one.code === 'missing-timeout' && one.message.includes('Waived')), 'waived');
    assert.equal(waived.diagnostics.find(code('missing-timeout')).severity, 4);
  },

  async 'numbers stand above operations and components'(editor) {
    cpSync(SHOP, editor.folder, { recursive: true });
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    const titles = async (name, key) => {
      const lenses = await editor.request('textDocument/codeLens', { textDocument: { uri: editor.uri(name) } });
      return lenses.filter((one) => editor.slice(editor.uri(name), one.range) === key).map((one) => one.command);
    };
    const [operation] = await titles('brief.yaml', 'place-order');
    assert.match(operation.title, /p99 [\d.]+ ms of [\d.]+ m?s, [\d.]+ USD per million runs/);
    const all = (await titles('architecture.yaml', 'app')).map((one) => one.title).join();
    assert.match(all, /utilisation [\d.]+ %, [\d.]+ USD\/month/);
    const said = await editor.request('workspace/executeCommand', { command: operation.command, arguments: operation.arguments });
    assert.match(said, /operations\.place-order\.p99 = /);
  },

  async 'formatting and outline'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml', ARCHITECTURE.replace('style: modular-monolith', 'style:   modular-monolith   # so far'));
    const params = { textDocument: { uri: editor.uri('architecture.yaml') }, options: {} };
    const edits = await editor.request('textDocument/formatting', params);
    await editor.change('architecture.yaml', [{ text: TextDocument.applyEdits(editor.open.get('architecture.yaml'), edits) }]);
    assert.match(editor.text('architecture.yaml'), /^style: modular-monolith  # so far$/m);
    assert.deepEqual(await editor.request('textDocument/formatting', params), []);
    const outline = await editor.request('textDocument/documentSymbol', { textDocument: { uri: editor.uri('architecture.yaml') } });
    const components = outline.find((one) => one.name === 'components');
    assert.deepEqual(components.children.map((one) => one.name), ['web', 'app', 'db']);
    assert.equal(components.children[1].detail, 'service');
  },

  async 'messages that are none, and methods that are unknown'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    const raw = (text) => editor.child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    raw('{nonsense');
    raw('[]');
    raw('{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":7}}');
    raw('{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"untitled:1","version":2},"contentChanges":[]}}');
    raw('{"jsonrpc":"2.0","method":"textDocument/didClose","params":{"textDocument":{"uri":"file:///no/such/brief.yaml"}}}');
    editor.child.stdin.write('Content-Length: many\r\n\r\n');
    await assert.rejects(editor.request('groundplan/unknown', {}), { code: -32601 });
    await assert.rejects(editor.request('textDocument/hover', { textDocument: 7 }), { code: -32602 });
    await assert.rejects(editor.request('initialize', { capabilities: {} }), { code: -32600 });
    const far = { textDocument: { uri: editor.uri('brief.yaml') }, position: { line: 4_000_000_000, character: 4_000_000_000 } };
    for (const method of ['hover', 'completion', 'definition', 'prepareRename']) await editor.request(`textDocument/${method}`, far);
    const nowhere = { textDocument: { uri: 'file:///no/such/folder/brief.yaml' }, position: { line: 0, character: 0 } };
    assert.equal(await editor.request('textDocument/hover', nowhere), null);
  },

  async 'a request is taken back'(editor) {
    await write(editor, small);
    await editor.show('brief.yaml');
    await editor.show('architecture.yaml');
    const hovers = JSON.stringify({ jsonrpc: '2.0', id: 'a', method: 'textDocument/hover', params: editor.at('architecture.yaml', 'to: a|pp') });
    const cancel = JSON.stringify({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'taken-back' } });
    const taken = hovers.replace('"a"', '"taken-back"');
    const seen = new Promise((resolve) => {
      let text = '';
      editor.child.stdout.on('data', (data) => {
        text += data;
        if (text.includes('"id":"taken-back"') && text.includes('-32800')) resolve();
      });
    });
    const { uri, version } = editor.open.get('architecture.yaml');
    const change = JSON.stringify({
      jsonrpc: '2.0', method: 'textDocument/didChange',
      params: { textDocument: { uri, version: version + 1 }, contentChanges: [{ text: ARCHITECTURE }] },
    });
    // In one piece, so that the withdrawal is there before the answer is begun.
    const frame = (text) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
    editor.child.stdin.write(frame(change) + frame(hovers) + frame(taken) + frame(cancel));
    await patience(seen, 'a cancelled request');
  },

  async 'large files, other encodings, and folders that go'(editor) {
    await write(editor, small);
    writeFileSync(join(editor.folder, 'brief.yaml'), Buffer.concat([Buffer.from(BRIEF), Buffer.from('# \xff\n', 'latin1')]));
    await editor.show('architecture.yaml');
    await editor.findings((p) => p.uri === editor.uri('brief.yaml') && p.diagnostics.some(code('not-utf8')), 'not UTF-8');
    const parts = Array.from({ length: 2_000 }, (_, at) => `  part-${at}: {kind: service, description: ${'x'.repeat(3_950)}}\n`);
    await editor.change('architecture.yaml', [{ text: `components:\n${parts.join('')}` }]);
    await editor.current('architecture.yaml');
    await editor.change('architecture.yaml', [{ text: `# ${'x'.repeat(9_000_000)}\n` }]);
    assert.ok((await editor.current('architecture.yaml')).some(code('too-large')));
    rmSync(editor.folder, { recursive: true });
    await editor.change('architecture.yaml', [{ text: ARCHITECTURE }]);
    assert.ok((await editor.current('architecture.yaml')).some(code('missing-brief')));
    await editor.notify('textDocument/didClose', { textDocument: { uri: editor.uri('architecture.yaml') } });
    await editor.findings((p) => p.uri === editor.uri('architecture.yaml') && p.diagnostics.length === 0, 'taken back');
  },
};

/** What ends with another code than 0 gets a server that is started by the case itself. */
const ENDS = {
  async 'exit without shutdown is a failure'(editor) {
    await editor.start();
    await editor.notify('exit');
    assert.equal(await patience(editor.exit, 'exit'), 1);
  },
  async 'requests before initialize are refused'(editor) {
    await assert.rejects(editor.request('textDocument/hover', {}), { code: -32002 });
    await editor.start();
    assert.equal(editor.server.serverInfo.name, 'groundplan-lsp');
    assert.equal(editor.server.capabilities.positionEncoding, 'utf-16');
    await editor.request('shutdown');
    await assert.rejects(editor.request('textDocument/hover', {}), { code: -32600 });
    await editor.notify('exit');
    assert.equal(await patience(editor.exit, 'exit'), 0);
  },
  async 'a client that is gone ends the server'(editor) {
    await editor.start();
    editor.child.stdin.end();
    assert.equal(await patience(editor.exit, 'exit'), 1);
  },
};

function write(editor, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(editor.folder, name, '..'), { recursive: true });
    writeFileSync(join(editor.folder, name), text);
  }
}

/** A digest of every file below a folder. */
function digest(folder) {
  const hash = createHash('sha256');
  if (!existsSync(folder)) return '';
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())) {
    hash.update(entry.name).update(readFileSync(join(entry.parentPath ?? entry.path, entry.name)));
  }
  return hash.digest('hex');
}

async function drive(program, only) {
  let [passed, failed] = [0, 0];
  const all = [...Object.entries(CASES).map((one) => [...one, true]), ...Object.entries(ENDS).map((one) => [...one, false])];
  for (const [name, test, whole] of all.filter(([name]) => !only || name.includes(only))) {
    const folder = mkdtempSync(join(tmpdir(), 'groundplan-lsp-'));
    const editor = new Editor(folder, program);
    const start = performance.now();
    let word = 'ok';
    try {
      if (whole) {
        await editor.start();
        let before;
        const change = editor.show.bind(editor);
        editor.show = (...words) => ((before ??= digest(folder)), change(...words));
        await test(editor);
        assert.equal(await editor.stop(), 0, 'exit code');
        // The server writes nothing; a folder that a case removed stays away.
        if (existsSync(folder)) assert.equal(digest(folder), before, 'files of the folder');
      } else {
        await test(editor);
      }
      passed += 1;
    } catch (error) {
      failed += 1;
      word = `FAILED\n${error.stack ?? error}`;
      editor.child.kill();
    }
    rmSync(folder, { recursive: true, force: true });
    console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s ${word}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

const [program, only] = process.argv.slice(2);
if (program && existsSync(program)) process.exitCode = await drive(program, only);
else {
  console.error('usage: node tests/external/lsp.mjs PROGRAM [CASE]');
  process.exitCode = 2;
}
