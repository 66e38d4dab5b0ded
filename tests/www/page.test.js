// index.html by itself: what it promises before any script has run.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const html = readFileSync(new URL('index.html', root), 'utf8');
const decode = (text) => text.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

test('the policy allows only this origin, and nothing inline', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  for (const part of ["default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "worker-src 'self' blob:", "base-uri 'none'", "form-action 'none'"]) {
    assert.ok(policy.split('; ').includes(part), part);
  }
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/);
});

test('there is no inline script, style or event handler', () => {
  assert.doesNotMatch(html, /<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:/i);
  for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
    assert.match(attributes, /src="\.\//);
    assert.equal(body, '');
  }
});

test('every address is relative and exists, so that the page works under any path', () => {
  const addresses = [...html.matchAll(/(?:src|href)="([^"#][^"]*)"/g)].map(([, address]) => address);
  assert.ok(addresses.length > 5);
  for (const address of addresses) {
    assert.match(address, /^\.\//, address);
    assert.ok(existsSync(new URL(address, root)), address);
  }
});

test('whatever the page imports at once is asked for at once: no module waits for the one that imports it', () => {
  /** @type {Set<string>} */
  const imported = new Set();
  /** @param {URL} module */
  function follow(module) {
    const code = readFileSync(module, 'utf8');
    for (const [, from] of code.matchAll(/^(?:import|export)\b[^;]*?'(\.[^']+)';/gm)) {
      const other = new URL(from ?? '', module);
      if (imported.has(other.href)) continue;
      imported.add(other.href);
      follow(other);
    }
  }
  const scripts = [...html.matchAll(/<script type="module" src="([^"]+)"/g)].map(([, address]) => new URL(address ?? '', root));
  scripts.forEach(follow);
  for (const script of scripts) imported.delete(script.href);
  const preloaded = [...html.matchAll(/<link rel="modulepreload" href="([^"]+)"/g)].map(([, address]) => new URL(address ?? '', root).href);
  assert.deepEqual(preloaded.sort(), [...imported].sort());
  assert.ok(imported.size > 20);
});

test('modules import relative files that exist', () => {
  const files = readdirSync(new URL('www/', root), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'));
  assert.ok(files.length > 20);
  for (const { parentPath, path, name } of files) {
    const file = new URL(`file://${parentPath ?? path}/${name}`);
    const source = readFileSync(file, 'utf8');
    assert.match(source, /^\/\/ @ts-check/, `${name} is type-checked`);
    assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|https?:\/\/(?!www\.w3\.org\/2000\/svg)/, name);
    for (const [, target] of source.matchAll(/^import .*from '([^']+)';$/gm)) {
      assert.match(target, /^\.\.?\//, `${name}: ${target}`);
      assert.ok(existsSync(new URL(target, file)), `${name}: ${target}`);
    }
  }
});

test('no module leads back to itself, by what it imports or by the types it names', () => {
  const root = new URL('../../www/', import.meta.url);
  const modules = readdirSync(root, { recursive: true }).map(String).filter((name) => /\.(js|d\.ts)$/.test(name)).map((name) => new URL(name, root));
  const named = new Map(modules.map(({ href }) => [href.replace(/\.d\.ts$/, '.js'), href]));
  const graph = new Map(modules.map((file) => {
    const targets = [...readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, target]) => new URL(target, file).href);
    return [file.href, targets.flatMap((target) => named.get(target) ?? [])];
  }));
  assert.ok([...graph.values()].flat().length > 100);
  // What imports nothing that is left is taken out, until nothing changes.
  for (let before = -1; before !== graph.size;) {
    before = graph.size;
    for (const [file, targets] of graph) if (!targets.some((target) => graph.has(target))) graph.delete(file);
  }
  assert.deepEqual([...graph.keys()].map((file) => file.slice(root.href.length)), []);
});

test('the explained example is the text in the box, with levels the style sheet knows', () => {
  const block = /<!-- example:start -->([\s\S]*)<!-- example:end -->/.exec(html)?.[1] ?? '';
  const text = decode(/<textarea[^>]*>([^<]*)<\/textarea>/.exec(html)?.[1] ?? '');
  const words = /<p class="chips">([\s\S]*?)<\/p>/.exec(block)?.[1] ?? '';
  assert.equal(decode(words).replace(/\s+/g, ' ').trim(), text);
  for (const [, level] of block.matchAll(/data-level="([^"]*)"/g)) {
    assert.match(level, /^-?(10|[0-9])$/);
  }
});

test('a filled example has five classes, one of them predicted, and signs that agree with their colours', (t) => {
  const block = /<!-- example:start -->([\s\S]*)<!-- example:end -->/.exec(html)?.[1] ?? '';
  if (!block.includes('data-level')) return t.skip('not filled yet');
  assert.match(block, /<p class="summary">(very )?(negative|neutral|positive) \(\d+\s%\)/);
  assert.equal(block.match(/<li class="bar"/g)?.length, 5);
  assert.equal(block.match(/<li class="bar" data-predicted>/g)?.length, 1);
  const widths = [...block.matchAll(/class="bar-fill"[^>]* width="([\d.]+)%"/g)].map(([, width]) => Number(width));
  assert.equal(widths.length, 5);
  assert.ok(Math.abs(widths.reduce((sum, width) => sum + width, 0) - 100) < 0.1, `${widths}`);
  const chips = [...block.matchAll(/<span class="chip" data-level="([^"]*)" data-sign="([^"]*)"/g)];
  assert.equal(chips.length, block.match(/class="chip"/g)?.length);
  assert.ok(chips.some(([, level]) => Math.abs(Number(level)) === 10), 'the largest word has the full colour');
  for (const [, level, sign] of chips) {
    assert.match(sign, /^[+\-0]$/);
    if (Number(level) !== 0) assert.equal(sign, Number(level) > 0 ? '+' : '-');
  }
});

test('the box takes no more than the state keeps', async () => {
  const { MAX_TEXT } = await import('../../www/state.js');
  assert.match(html, new RegExp(`<textarea[^>]*maxlength="${MAX_TEXT}"`));
});
