// A static server for the tests: the repository's root under a sub-path, as any host would serve it.
//   node server.mjs [--fake] [--port N]
// With --fake the engine and its models are replaced by tests/www/fake-engine.js and invented bytes.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json',
  '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json', '.safetensors': 'application/octet-stream',
};
/** The page must not depend on being at the root of its host. */
export const PREFIX = '/some/where/';

const checkpoint = (epoch) => ({
  id: `epoch-${epoch}`, name: `${epoch} epochs`, epoch, file: `epoch-${epoch}.bin`, bytes: 64, sha256: '', test_accuracy: 0, test_loss: 0,
  summary: `An invented network after ${epoch} epochs.`,
});
const MANIFEST = {
  schema: 1, version: '0.0.0', default_model: 'fake',
  models: [{
    id: 'fake', name: 'Invented network', description: 'For tests.', default_checkpoint: 'epoch-10',
    vectors: { file: 'vectors.bin', bytes: 256, sha256: '', words: 3, dim: 2, source: 'nowhere', licence: 'none' },
    checkpoints: [5, 10, 20].map(checkpoint),
  }],
};

function faked(path) {
  if (path === 'pkg/wordlight.js') return readFile(join(ROOT, 'tests/www/fake-engine.js'));
  if (path === 'www/models/manifest.json') return JSON.stringify(MANIFEST);
  if (path === 'www/models/vectors.bin') return new Uint8Array(256);
  if (/^www\/models\/epoch-\d+\.bin$/.test(path)) return new Uint8Array(64);
  return null;
}

/**
 * Serves the repository, or a published copy at `root`, until `close()`; resolves to the page's address.
 * @param {object} [options]
 * @param {boolean} [options.fake]
 * @param {number} [options.port]
 * @param {string} [options.root]
 * @param {Record<string, string>} [options.beside] other copies on the same origin, by the folder they are in
 * @param {Record<string, (body: Buffer) => string | Uint8Array>} [options.change] what a file becomes on its way, by its path
 */
export async function serve({ fake = false, port = 0, root = ROOT, beside = {}, change = {} } = {}) {
  const folders = Object.entries({ ...beside, [PREFIX]: root });
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [folder, files] = folders.find(([prefix]) => decodeURIComponent(pathname).startsWith(prefix)) ?? [];
    const inside = folder === undefined ? null : decodeURIComponent(pathname).slice(folder.length);
    const path = normalize(inside || 'index.html').replaceAll('\\', '/');
    try {
      if (inside === null || path.startsWith('..')) throw new Error('outside');
      const found = (fake && (await faked(path))) || (await readFile(join(files, path)));
      const body = Object.hasOwn(change, path) ? change[path](Buffer.from(found)) : found;
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'cache-control': 'no-store' });
      response.end(body);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('not found');
    }
  });
  await new Promise((resolve) => { server.listen(port, '127.0.0.1', () => resolve(undefined)); });
  const { port: chosen } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${chosen}${PREFIX}`, close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--port');
  const { url } = await serve({ fake: process.argv.includes('--fake'), port: at > 0 ? Number(process.argv[at + 1]) : 0 });
  console.log(url);
}
