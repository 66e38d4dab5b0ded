// What the prediction and every method cost in Chromium: `cargo xtask bench`.
//
// The networks are those of `cargo bench -p wordlight-explain`: "seed" reads 40 words of 100 numbers with 100 filters over
// pairs, "kim" 40 words of 300 numbers with 100 filters each over 3, 4 and 5 words and a ReLU. All positions are words, so
// nothing is saved on padding.
import { launch } from './chromium.mjs';
import { peakModule } from './peak.mjs';

const [milliseconds, words] = process.argv.slice(2).map(Number);
const url = process.env.WORDLIGHT_URL;

/** Runs in the page. */
async function measure({ base, peakBytes, milliseconds, words }) {
  const { default: init, Explainer, Network } = await import(new URL('pkg/full.js', base).href);
  await init();
  const explainer = await Explainer.load(new URL('www/models', base).href, () => {}, undefined, false);
  const methods = explainer.methods().map(({ id }) => id);

  let state = 1;
  const random = () => ((state = (state * 48271) % 2147483647) / 2147483647) * 2 - 1;
  const numbers = (count, size) => Float32Array.from({ length: count }, () => random() * size);

  /** The bytes of a safetensors file with random weights. */
  function network({ dim, widths, filters, activation }) {
    const tensors = {};
    const parts = [];
    let end = 0;
    const add = (name, shape) => {
      const values = numbers(shape.reduce((a, b) => a * b, 1), 0.1);
      tensors[name] = { dtype: 'F32', shape, data_offsets: [end, (end += values.byteLength)] };
      parts.push(new Uint8Array(values.buffer));
    };
    widths.forEach((width, i) => {
      add(`conv.${i}.weight`, [filters, dim, width]);
      add(`conv.${i}.bias`, [filters]);
    });
    add('dense.weight', [5, widths.length * filters]);
    add('dense.bias', [5]);
    const card = {
      architecture: { kind: 'text-cnn', dim, classes: 5, widths, filters, activation, pad_to: 0 },
      labels: ['a', 'b', 'c', 'd', 'e'],
    };
    let header = JSON.stringify({ __metadata__: { wordlight: JSON.stringify(card) }, ...tensors });
    header = header.padEnd(Math.ceil(header.length / 8) * 8);
    const file = new Uint8Array(8 + header.length + end);
    new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
    file.set(new TextEncoder().encode(header), 8);
    let at = 8 + header.length;
    for (const part of parts) {
      file.set(part, at);
      at += part.length;
    }
    return new Network(file);
  }

  /** Calls in a row that take long enough for the browser's coarse clock; their mean time in microseconds. */
  function batches(call) {
    let repeats = 1;
    const run = () => {
      const start = performance.now();
      for (let i = 0; i < repeats; i += 1) call();
      return ((performance.now() - start) * 1000) / repeats;
    };
    if (run() > 1e6) return run;
    // Of two runs the faster, so that an interruption is not taken for a long call.
    while (Math.min(run(), run()) * repeats < 5000 && repeats < 1e6) repeats *= 2;
    return run;
  }

  /**
   * Times `call` and `reference` in turn and takes the fastest of each: what else runs on the machine, and the browser's
   * first compilation, can only slow a run down.
   */
  function compare(call, reference) {
    const [ours, theirs] = [batches(call), batches(reference)];
    let [time, other] = [Infinity, Infinity];
    const stop = performance.now() + milliseconds;
    do {
      time = Math.min(time, ours());
      other = Math.min(other, theirs());
    } while (performance.now() < stop);
    return { time, ratio: time / other };
  }

  const { instance } = /** @type {any} */ (await WebAssembly.instantiate(new Uint8Array(peakBytes)));
  const rounds = 1000;
  const peak = () => instance.exports.peak(rounds);

  const results = [];
  for (const [name, shape] of Object.entries({
    seed: { dim: 100, widths: [2], filters: 100, activation: 'linear' },
    kim: { dim: 300, widths: [3, 4, 5], filters: 100, activation: 'relu' },
  })) {
    const net = network(shape);
    const x = numbers(words * shape.dim, 1);
    const predict = () => net.predict(x);
    const products = shape.widths.reduce((sum, width) => sum + (words - width + 1) * width * shape.dim * shape.filters, 0);
    batches(predict)(); // so that the browser has seen it often enough to compile it well
    await new Promise((done) => setTimeout(done, 500));
    const prediction = compare(predict, peak);
    results.push({ name, what: 'prediction', time: prediction.time, ratio: (prediction.ratio * rounds * 48) / products, of: 'SIMD128 bound' });
    for (const id of methods) {
      const query = net.query(id, undefined, 'logit');
      results.push({ name, what: id, ...compare(() => query.attribute(x), predict), of: 'prediction' });
      query.free();
    }
    net.free();
  }
  return results;
}

const browser = await launch();
try {
  const page = await (await browser.newContext({ bypassCSP: true })).newPage();
  await page.goto(url);
  await page.waitForSelector('#live .chip'); // the page's own worker has nothing left to do
  const results = await page.evaluate(measure, { base: url, peakBytes: peakModule(), milliseconds, words });
  console.log(`Chromium ${browser.version()}, one core, ${words} words; fastest runs\n`);
  for (const { name, what, time, ratio, of } of results) {
    const shown = time >= 10_000 ? `${(time / 1000).toFixed(1)} ms` : `${time.toFixed(1)} us`;
    console.log(`${name.padEnd(5)} ${what.padEnd(22)} ${shown.padStart(12)} ${ratio.toFixed(2).padStart(9)} x ${of}`);
  }
} finally {
  await browser.close();
}
