// The checkers on files known to be good and bad: the bad must be reported, by the expected rules.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { here } from './lib.mjs';
import { check as checkMermaid } from './mermaid.mjs';
import { check as checkOpenapi } from './openapi.mjs';
import { check as checkSamples } from './samples.mjs';
import { check as checkSql } from './sql.mjs';
import { check as checkSvg } from './svg.mjs';

const pictures = mkdtempSync(join(tmpdir(), 'groundplan-pictures-'));
const both = (folder, ...rules) => ['postgresql', 'sqlite'].map((engine) => [`sql/${folder}/${engine}`, ...rules]);

/** A checker, and for each fixture the rules that must report errors in it: none for a good one. */
const EXPECTED = [
  ['openapi', checkOpenapi, [
    ['openapi/good.yaml'],
    ['openapi/bad-direction.yaml'],
    ['openapi/bad-lint.yaml', 'spectral info-contact', 'spectral operation-operationId-unique',
      'redocly operation-operationId-unique'],
    ['openapi/bad-reference.yaml', 'spectral invalid-ref', 'redocly no-unresolved-refs'],
    ['openapi/bad-samples.yaml', 'spectral oas3-valid-media-example'],
  ]],
  ['samples', checkSamples, [
    ['openapi/good.yaml'],
    ['openapi/bad-lint.yaml'],
    ['openapi/bad-direction.yaml', 'samples invalid-example'],
    ['openapi/bad-reference.yaml', 'samples dangling-ref'],
    ['openapi/bad-samples.yaml', 'samples invalid-example'],
    ['openapi/bad-no-examples.yaml', 'samples no-examples'],
  ]],
  ['mermaid', checkMermaid, [
    ['mermaid/good-entities.mmd'],
    ['mermaid/good-flowchart.mmd'],
    ['mermaid/good-sequence.mmd'],
    ['mermaid/bad-bracket.mmd', 'mermaid syntax'],
    ['mermaid/bad-kind.mmd', 'mermaid syntax'],
    ['mermaid/bad-open-block.mmd', 'mermaid syntax'],
  ]],
  ['svg', checkSvg, [
    ['svg/good.svg'],
    ['svg/good-scaled.svg'],
    ['svg/bad-box.svg', 'svg out-of-box'],
    ['svg/bad-empty.svg', 'svg no-text'],
    ['svg/bad-no-viewbox.svg', 'svg no-viewbox'],
    ['svg/bad-outside.svg', 'svg outside-picture'],
    ['svg/bad-overlap.svg', 'svg overlap'],
    ['svg/bad-resource.svg', 'svg outside-resource'],
    ['svg/bad-xml.svg', 'svg broken'],
  ]],
  ['sql', checkSql, [
    ...both('good'),
    ...both('good-rich'),
    ...both('bad-keys', 'sql foreign-key-without-index'),
    ...both('bad-differs', 'sql schema-differs'),
    ...both('bad-down', 'sql left-after-down', 'sql refused'),
    ...both('bad-one-way', 'sql name', 'sql one-way', 'sql left-after-down', 'sql refused'),
    ...both('bad-quality', 'sql foreign-key-without-index', 'sql no-primary-key'),
    ...both('bad-refused', 'sql refused'),
    ['sql/bad-mismatch/sqlite', 'sql foreign-key-mismatch'],
  ]],
];

async function test(name, check, fixtures) {
  const paths = fixtures.map(([fixture]) => join(here, 'fixtures', fixture));
  const all = await check(paths, { png: pictures });
  let failed = 0;
  for (const [index, [fixture, ...rules]] of fixtures.entries()) {
    const problems = all.filter((one) => one.file === paths[index] || one.file.startsWith(`${paths[index]}/`));
    const errors = problems.filter((one) => one.severity === 'error');
    const found = [...new Set(errors.map((one) => `${one.checker} ${one.rule}`))].sort();
    const wanted = [...rules].sort();
    const right = JSON.stringify(found) === JSON.stringify(wanted);
    console.log(`${name} on ${fixture}: ${right ? 'ok' : `FAILED: wanted [${wanted}], found [${found}]`}`);
    if (!right) {
      for (const one of problems) console.log(`    ${JSON.stringify(one)}`);
      failed += 1;
    }
  }
  return failed;
}

let [total, failed] = [0, 0];
for (const [name, check, fixtures] of EXPECTED) {
  const start = performance.now();
  try {
    failed += await test(name, check, fixtures);
  } catch (error) {
    console.log(`${name}: ${error.stack ?? error}`);
    failed += fixtures.length;
  }
  total += fixtures.length;
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

// A picture must come of every SVG that could be measured, and must not be blank bytes.
const shots = readdirSync(pictures).filter((name) => statSync(join(pictures, name)).size > 500);
total += 1;
if (shots.length < 7) {
  console.log(`pictures: FAILED: ${shots.length} of at least 7 were written`);
  failed += 1;
}
rmSync(pictures, { recursive: true });
console.log(`${total - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
