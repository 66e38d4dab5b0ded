// The paper's network in TensorFlow.js, from the same safetensors file: `cargo xtask bench-page` bundles this.
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

const STEPS = 50;

export async function begin() {
  setWasmPaths(new URL('./', location.href).href);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its WebAssembly backend');
  await tf.ready();
}

/** @param {Uint8Array} bytes a safetensors file of one convolution and one dense layer */
export function network(bytes) {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const read = (name) => {
    const { shape, data_offsets: [from, to] } = header[name];
    return tf.tensor(new Float32Array(bytes.slice(8 + length + from, 8 + length + to).buffer), shape);
  };
  const kernel = tf.transpose(read('conv.0.weight'), [2, 1, 0]); // [filters, D, width] to [width, D, filters]
  const [bias, dense, last] = [read('conv.0.bias'), tf.transpose(read('dense.weight')), read('dense.bias')];
  const dim = kernel.shape[1];
  const logits = (x) => tf.add(tf.matMul(tf.max(tf.add(tf.conv1d(x, kernel, 1, 'valid'), bias), 1), dense), last);
  const batch = (numbers) => tf.tensor(numbers, [1, numbers.length / dim, dim]);
  const gradient = (x, chosen) => tf.grad((input) => tf.sum(tf.slice(logits(input), [0, chosen], [-1, 1])))(x);
  const predicted = (x) => {
    const values = logits(x).dataSync();
    return values.indexOf(Math.max(...values));
  };
  const run = (work) => async (numbers) => [...tf.tidy(() => work(batch(numbers)).dataSync())];
  return {
    dim,
    runs: {
      prediction: run((x) => logits(x)),
      gradient: run((x) => tf.sum(tf.mul(gradient(x, predicted(x)), x), 2)),
      // All steps as one batch, which is how TensorFlow.js is quickest.
      [`Integrated Gradients, ${STEPS} steps`]: run((x) => {
        const way = tf.tensor(Float32Array.from({ length: STEPS }, (_, k) => (k + 0.5) / STEPS), [STEPS, 1, 1]);
        return tf.sum(tf.mul(tf.mean(gradient(tf.mul(way, x), predicted(x)), 0, true), x), 2);
      }),
    },
  };
}
