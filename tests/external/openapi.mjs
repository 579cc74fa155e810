// OpenAPI files against Spectral (spectral:oas, warnings fail) and Redocly (recommended, errors fail).
import { join, resolve } from 'node:path';
import { here, main, problem, run } from './lib.mjs';

const bin = (name) => join(here, 'node_modules', '.bin', name);

export async function check(files) {
  const names = new Map(files.map((file) => [resolve(file), file]));
  const known = (path) => names.get(resolve(path)) ?? path;
  const [spectral, redocly] = await Promise.all([lintSpectral(files, known), lintRedocly(files, known)]);
  return [...spectral, ...redocly];
}

async function lintSpectral(files, known) {
  const ruleset = join(here, 'spectral.yaml');
  const args = ['lint', '--ruleset', ruleset, '--format', 'json', '--quiet', '--fail-severity', 'warn'];
  const paths = files.map((file) => resolve(file));
  const { code, stdout, stderr } = await run(bin('spectral'), [...args, ...paths]);
  const results = parse(stdout);
  if (!results) return files.map((file) => problem('spectral', file, 'crashed', `exit ${code}: ${stdout}${stderr}`));
  return results.map((result) =>
    problem('spectral', known(result.source), String(result.code), result.message, {
      severity: result.severity <= 1 ? 'error' : 'warn',
      line: result.range.start.line + 1,
      at: result.path.join('/'),
    }),
  );
}

async function lintRedocly(files, known) {
  const config = join(here, 'redocly.yaml');
  const args = ['lint', '--config', config, '--format', 'json', '--max-problems', '10000'];
  const paths = files.map((file) => resolve(file));
  const { code, stdout, stderr } = await run(bin('redocly'), [...args, ...paths], { cwd: here });
  // One object a file, one after the other; only its last brace stands at the start of a line.
  const answers = parse(`[${stdout.replaceAll(/^\}\s*\{/gm, '},{')}]`);
  if (answers?.length !== files.length) {
    return files.map((file) => problem('redocly', file, 'crashed', `exit ${code}: ${stdout}${stderr}`));
  }
  return answers.flatMap((answer) => answer.problems).map((found) => {
    const place = found.location[0];
    const reference = place?.source?.ref ?? '';
    const file = reference.startsWith('/') ? reference : resolve(here, reference);
    return problem('redocly', known(file), found.ruleId, found.message, {
      severity: found.severity === 'error' ? 'error' : 'warn',
      at: place?.pointer,
    });
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

await main(import.meta.url, check);
