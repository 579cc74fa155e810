// Mermaid files against mermaid itself, in a browser: they parse, and they draw.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { here, main, problem, withPage } from './lib.mjs';

/** Longer texts are refused where mermaid runs with its defaults, as on code hosts. */
const LONGEST_TEXT = 50_000;

export async function check(files) {
  return withPage(async (page) => {
    await page.setContent('<!doctype html><div id="place"></div>');
    await page.addScriptTag({ path: join(here, 'node_modules/mermaid/dist/mermaid.min.js') });
    await page.evaluate(() => window.mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true }));
    const problems = [];
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      if (text.length > LONGEST_TEXT) {
        problems.push(problem('mermaid', file, 'too-long', `${text.length} characters; mermaid draws ${LONGEST_TEXT}`));
      }
      const found = await page.evaluate(draw, text);
      if (found) problems.push(problem('mermaid', file, found.rule, found.message, { line: found.line }));
    }
    return problems;
  });
}

/** Runs in the browser: what fails, if anything. */
async function draw(text) {
  const told = (rule, error) => ({ rule, message: String(error?.message ?? error), line: error?.hash?.loc?.first_line });
  try {
    await window.mermaid.parse(text);
  } catch (error) {
    return told('syntax', error);
  }
  try {
    const { svg } = await window.mermaid.render('drawing', text);
    return /<(text|foreignObject)\b/.test(svg) ? undefined : { rule: 'empty', message: 'the drawing holds no text' };
  } catch (error) {
    return told('drawing', error);
  }
}

await main(import.meta.url, check);
