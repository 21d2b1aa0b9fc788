import { startBackend } from "../src/engine/backend.ts";
import * as tf from "@tensorflow/tfjs-core";
import { stream } from "../src/engine/random.ts";
import { mnistNetworks } from "../src/networks/mnist.ts";
import { Adam, Parameter } from "../src/engine/parameter.ts";
import { trainStep } from "../src/paper/s4_5_training.ts";
const threads = Number(Deno.args[0] ?? 1), profile = Deno.args[1] === "p";
console.log(await startBackend({ only: "native", threads, say: console.error }));
const nets = mnistNetworks(64, 0.3, stream(0, "init"));
const memory = new Parameter("memory", tf.tensor2d(stream(0, "memory").normals(50 * 64), [50, 64]));
const S = { learningRate: 1e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };
const players = { ...nets, memory, optimisers: { encoder: new Adam(nets.encoder.parameters, S), generator: new Adam(nets.generator.parameters, S), discriminator: new Adam(nets.discriminator.parameters, S), memory: new Adam([memory], S) } };
const drop = stream(0, "dropout");
const mask = (shape: number[], rate: number) => {
  const n = shape.reduce((a, b) => a * b), v = new Float32Array(n), keep = 1 / (1 - rate);
  for (let i = 0; i < n; i++) v[i] = drop.uniform() < rate ? 0 : keep;
  return tf.tensor(v, shape);
};
const noise = stream(0, "alpha"), m = 64;
const x = tf.tensor4d(stream(1, "x").uniforms(m * 784).map((v) => v * 2 - 1), [m, 28, 28, 1]);
if (profile) {
  const be = tf.backend() as any; const times = new Map<string, [number, number]>();
  const old = be.binding.executeOp;
  const wrapped = (name: string, ...r: any[]) => { const t0 = performance.now(); const out = old.call(target, name, ...r); const e = times.get(name) ?? [0, 0]; e[0] += performance.now() - t0; e[1]++; times.set(name, e); return out; };
  const target = be.binding; be.binding = Object.assign(Object.create(null), Object.fromEntries(Object.getOwnPropertyNames(target).map((k) => [k, typeof target[k] === "function" ? target[k].bind(target) : target[k]])), { executeOp: wrapped });
  (globalThis as any).times = times;
}
function step() {
  const random = tf.tensor2d(noise.normals(m * 50), [m, 50]);
  const losses = trainStep(x, random, players, mask);
  const v = losses.dataSync();
  losses.dispose(); random.dispose();
  return v;
}
for (let i = 0; i < 5; i++) console.log([...step()].map((v) => v.toFixed(4)).join(" "), tf.memory().numTensors);
(globalThis as any).times?.clear();
const n = 30, t = performance.now();
for (let i = 0; i < n; i++) step();
console.log("ms/step", (performance.now() - t) / n, tf.memory().numTensors);
if (profile) console.log([...(globalThis as any).times as Map<string, [number, number]>].sort((a, b) => b[1][0] - a[1][0]).slice(0, 22).map(([k, [a, c]]) => `${k} ${(a / n).toFixed(2)}ms x${c / n}`).join("\n"));
