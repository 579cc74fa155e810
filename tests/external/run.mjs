// Finds every rendered file under DIR/*/ and holds it against its checker.
//
//     node tests/external/run.mjs [--png FOLDER] DIR...
//
// Problems come as JSON lines; the last line is 'N passed, N failed', counting files per checker.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { print } from './lib.mjs';
import { check as checkMermaid } from './mermaid.mjs';
import { check as checkOpenapi } from './openapi.mjs';
import { check as checkSamples } from './samples.mjs';
import { check as checkSql } from './sql.mjs';
import { check as checkSvg } from './svg.mjs';

const SKIPPED = new Set(['node_modules', 'target']);

const CHECKERS = [
  ['openapi', checkOpenapi, (path) => basename(path) === 'openapi.yaml'],
  ['samples', checkSamples, (path) => basename(path) === 'openapi.yaml'],
  ['mermaid', checkMermaid, (path) => path.endsWith('.mmd')],
  ['svg', checkSvg, (path) => path.endsWith('.svg')],
  ['sql', checkSql, (path) => ['postgresql', 'sqlite'].includes(basename(path)) && holdsSql(path)],
];

function holdsSql(folder) {
  return existsSync(join(folder, 'schema.sql')) || existsSync(join(folder, 'migrations'));
}

/** Every file and folder below, without hidden ones. */
function walk(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? [path, ...walk(path)] : [path];
  });
}

/** Which of the files a problem is about: a problem may name a file inside a package's folder. */
function failing(files, problems) {
  const errors = problems.filter((one) => one.severity === 'error');
  const about = (file) => (one) => one.file === file || one.file.startsWith(`${file}/`) || dirname(one.file) === file;
  return files.filter((file) => errors.some(about(file))).length;
}

async function drive(words) {
  const options = {};
  const folders = [];
  for (let index = 0; index < words.length; index += 1) {
    if (words[index] === '--png') options.png = words[(index += 1)];
    else folders.push(words[index]);
  }
  if (folders.length === 0) {
    console.error('usage: node tests/external/run.mjs [--png FOLDER] DIR...');
    return 2;
  }
  const missing = folders.filter((folder) => !existsSync(folder));
  for (const folder of missing) console.log(`there is no folder ${folder}`);
  if (missing.length > 0) return 2;
  const paths = folders.flatMap((folder) => walk(folder));
  let [passed, failed] = [0, 0];
  for (const [name, check, wanted] of CHECKERS) {
    const files = paths.filter(wanted);
    if (files.length === 0) {
      console.log(`${name}: no files`);
      continue;
    }
    const start = performance.now();
    let bad = files.length;
    try {
      const problems = await check(files, options);
      bad = failing(files, problems);
      if (!print(problems) && bad === 0) bad = 1;
    } catch (error) {
      console.log(`${name}: ${error.stack ?? error}`);
    }
    passed += files.length - bad;
    failed += bad;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${name}: ${files.length} files, ${bad} with errors, ${seconds} s`);
  }
  if (passed + failed === 0) {
    console.log(`nothing to check under ${folders.join(', ')}, which is a failure`);
    failed = 1;
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await drive(process.argv.slice(2));
