// A link of a given speed in front of a server, for pages, workers and service workers alike: the browser's own throttling
// leaves the requests of workers alone. Transfers share the link piece by piece, as they do in a real one; it has no latency.
import { createServer, request as ask } from 'node:http';

/** Bytes of which transfers take turns. */
const PIECE = 8192;

/**
 * @param {string} url the server's page
 * @param {number} megabits a second
 * @param {RegExp} [held] files of which only the first pieces pass until `release` is called
 * @returns the page's address behind the link, the bytes that have passed, and how to end it
 */
export async function slowLink(url, megabits, held) {
  const origin = new URL(url);
  const passed = { bytes: 0, files: new Map() };
  let free = 0;
  let release = () => {};
  const released = new Promise((resolve) => { release = () => resolve(undefined); });
  async function pass(size) {
    free = Math.max(free, performance.now()) + (size * 8) / (megabits * 1e3);
    const wait = free - performance.now();
    if (wait > 1) await new Promise((resolve) => { setTimeout(resolve, wait); });
  }
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url: path } = incoming;
    const upstream = ask({ host: origin.hostname, port: origin.port, path, method, headers: { ...headers, host: origin.host } }, async (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      try {
        for await (const chunk of answer) {
          for (let at = 0; at < chunk.length; at += PIECE) {
            const piece = chunk.subarray(at, at + PIECE);
            if (held?.test(path) && (passed.files.get(path) ?? 0) >= 10 * PIECE) await released;
            await pass(piece.length);
            if (outgoing.destroyed) return;
            outgoing.write(piece);
            passed.bytes += piece.length;
            passed.files.set(path, (passed.files.get(path) ?? 0) + piece.length);
          }
        }
        outgoing.end();
      } catch {
        outgoing.destroy();
      }
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}${origin.pathname}`,
    passed,
    release,
    close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
}
