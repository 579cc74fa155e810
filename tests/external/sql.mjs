// SQL packages applied to PostgreSQL and SQLite: sql.py does the work.
import { join } from 'node:path';
import { here, main, problem, run } from './lib.mjs';

export async function check(folders) {
  const { code, stdout, stderr } = await run('python3', [join(here, 'sql.py'), ...folders]);
  const problems = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  // 0 and 1 are verdicts; anything else is a crash, and then no folder has been cleared.
  if (code > 1) {
    for (const folder of folders) problems.push(problem('sql', folder, 'crashed', `exit ${code}: ${stderr}`));
  }
  return problems;
}

await main(import.meta.url, check);
