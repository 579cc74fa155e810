// SVG files in a browser: no text on another text, outside the picture or out of its own box.
import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main, problem, withPage } from './lib.mjs';

/** What may stick out or overlap, in units of the viewBox. */
const TOLERANCE = 1;
const LARGEST_SIDE_PX = 8000;

export async function check(files, options = {}) {
  if (options.png) mkdirSync(options.png, { recursive: true });
  return withPage(async (page, outside) => {
    const problems = [];
    for (const file of files) {
      const add = (rule, message, at) => problems.push(problem('svg', file, rule, message, { at }));
      outside.length = 0;
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(pathToFileURL(resolve(file)).href);
      const seen = await page.evaluate(look);
      if (seen.broken) {
        add('broken', seen.broken);
        continue;
      }
      if (!seen.viewBox) {
        add('no-viewbox', 'the root has no viewBox, so the picture cannot scale');
        continue;
      }
      judge(seen, add);
      for (const url of outside) add('outside-resource', `asks for ${url}`);
      if (options.png) await shoot(page, seen, join(options.png, pictureName(file)));
    }
    return problems;
  });
}

/** Runs in the browser: the rectangles of texts and boxes, in units of the viewBox. */
function look() {
  const root = document.documentElement;
  const error = document.querySelector('parsererror');
  if (error || root.localName !== 'svg') return { broken: error?.textContent.trim().slice(0, 300) ?? 'not an SVG' };
  const view = root.viewBox.baseVal;
  if (!view || view.width <= 0 || view.height <= 0) return { viewBox: undefined };
  const matrix = root.getScreenCTM();
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return {
      left: (left - matrix.e) / matrix.a,
      top: (top - matrix.f) / matrix.d,
      right: (right - matrix.e) / matrix.a,
      bottom: (bottom - matrix.f) / matrix.d,
    };
  };
  const area = ({ left, top, right, bottom }) => (right - left) * (bottom - top);
  const closed = (shape) => shape.localName !== 'path' || /z\s*$/i.test(shape.getAttribute('d') ?? '');
  // The box of a node is the largest closed shape of its own, nested nodes aside.
  const boxOf = (node) => {
    const shapes = [...node.querySelectorAll('rect, ellipse, circle, polygon, path')];
    const own = shapes.filter((shape) => shape.closest('[data-id]') === node && closed(shape)).map(box);
    return own.sort((a, b) => area(b) - area(a))[0];
  };
  const texts = [];
  for (const element of document.querySelectorAll('text')) {
    const rectangle = box(element);
    const shown = getComputedStyle(element).visibility === 'visible' && area(rectangle) > 0;
    const words = element.textContent.trim().replace(/\s+/g, ' ');
    if (!shown || words === '') continue;
    const node = element.closest('[data-id]');
    texts.push({ words, box: rectangle, node: node?.getAttribute('data-id'), frame: node ? boxOf(node) : undefined });
  }
  const frame = { left: view.x, top: view.y, right: view.x + view.width, bottom: view.y + view.height };
  return { viewBox: frame, texts };
}

function judge({ viewBox, texts }, add) {
  if (texts.length === 0) add('no-text', 'the picture shows no text at all');
  const ordered = [...texts].sort((a, b) => a.box.top - b.box.top);
  ordered.forEach((one, index) => {
    const out = sticksOut(one.box, viewBox);
    if (out > TOLERANCE) add('outside-picture', `'${one.words}' is ${say(out)} outside the viewBox`, one.node);
    const over = one.frame ? sticksOut(one.box, one.frame) : 0;
    if (over > TOLERANCE) add('out-of-box', `'${one.words}' sticks ${say(over)} out of '${one.node}'`, one.node);
    for (const other of ordered.slice(index + 1)) {
      if (other.box.top > one.box.bottom) break;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (wide > TOLERANCE && high > TOLERANCE) {
        add('overlap', `'${one.words}' and '${other.words}' overlap by ${say(wide)} x ${say(high)}`, one.node);
      }
    }
  });
}

function sticksOut(inner, outer) {
  return Math.max(outer.left - inner.left, outer.top - inner.top, inner.right - outer.right, inner.bottom - outer.bottom);
}

function say(length) {
  return length.toFixed(1);
}

async function shoot(page, { viewBox }, path) {
  const side = (length) => Math.max(16, Math.min(LARGEST_SIDE_PX, Math.ceil(length)));
  const width = side(viewBox.right - viewBox.left);
  const height = side(viewBox.bottom - viewBox.top);
  await page.setViewportSize({ width, height });
  await page.screenshot({ path });
}

function pictureName(file) {
  const path = relative(process.cwd(), resolve(file));
  return `${path.replace(/\.svg$/, '').replace(/^(\.\.\/)+/, '').replaceAll(/[\\/]/g, '-')}.png`;
}

await main(import.meta.url, check, ['png']);
