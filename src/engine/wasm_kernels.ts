/**
 * The kernels that training needs and that the `wasm` backend lacks or runs a tenth as fast as it could.
 *
 * `tfjs-backend-wasm` 4.22 has no gradient of a convolution with respect to its kernel (tensorflow/tfjs #8474). It has the
 * other two, but only its plain matrix product and its forward convolution run on XNNPACK with SIMD. Transposed products and
 * the gradient of a convolution with respect to its input are scalar loops: 1 to 3 GFLOP/s where the plain product does 15 to
 * 30 (measured on the shapes of the MNIST networks). So all of them become plain products here:
 *
 * ```text
 * windows(x)   [m·h'·w', k·k·in]   the values under each position of the kernel
 * y  = windows(x)·w                w as [k·k·in, out]
 * dw = windows(x)ᵀ·dy
 * dx = windowsᵀ(dy·wᵀ)             windowsᵀ adds each value back to where it was read
 * ```
 *
 * Padding only affects where a window starts, so explicit, "same" and "valid" padding need no special cases.
 *
 * @module
 */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Attributes = Record<string, unknown>;

function call(name: string, backend: BackendWasm, inputs: tf.NamedTensorInfoMap, attrs: Attributes): tf.TensorInfo {
  const kernel = tf.getKernel(name, "wasm")!;
  return kernel.kernelFunc({ backend, inputs, attrs: attrs as tf.NamedAttrMap }) as tf.TensorInfo;
}

/** The same values in another shape; not to be disposed of, valid as long as `tensor` is. */
function view(tensor: tf.TensorInfo, ...shape: number[]): tf.TensorInfo {
  return { dataId: tensor.dataId, dtype: tensor.dtype, shape };
}

function transposed(backend: BackendWasm, x: tf.TensorInfo): tf.TensorInfo {
  const last = x.shape.length - 1;
  const perm = x.shape.map((_, i) => i < last - 1 ? i : 2 * last - 1 - i);
  return call(tf.Transpose, backend, { x }, { perm });
}

/** Calls `use` with tensors that are freed after it. */
function using(backend: BackendWasm, owned: tf.TensorInfo[], use: () => tf.TensorInfo): tf.TensorInfo {
  try {
    return use();
  } finally {
    for (const each of owned) backend.disposeData(each.dataId);
  }
}

function product(backend: BackendWasm, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  return call(tf.BatchMatMul, backend, { a, b }, { transposeA: false, transposeB: false });
}

function convInfo(attrs: Attributes, inputShape: number[], filterShape: number[]): ConvInfo {
  const { strides, pad, dimRoundingMode, dataFormat } = attrs as {
    strides: [number, number];
    pad: "same" | "valid" | number;
    dimRoundingMode?: "floor" | "round" | "ceil";
    dataFormat: "NHWC" | "NCHW";
  };
  if (dataFormat !== "NHWC") {
    throw new TypeError(
      `Cannot take a convolution's gradient on wasm: dataFormat must be "NHWC", it is "${dataFormat}"`,
    );
  }
  type Shape = [number, number, number, number];
  const shapes = [inputShape as Shape, filterShape as Shape] as const;
  return tf.backend_util.computeConv2DInfo(...shapes, strides, 1, pad, dimRoundingMode);
}

/**
 * Walks the windows of a convolution row by row of the kernel: `visit` receives where such a row starts in the matrix of
 * windows, and the start and length of its part inside the image. A row is contiguous in both.
 */
function eachRow(
  info: ConvInfo,
  visit: (row: number, rowLength: number, skipped: number, image: number, length: number) => void,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
  const rowLength = filterWidth * inChannels;
  let row = 0;
  for (let m = 0; m < batchSize; m++) {
    for (let y = 0; y < outHeight; y++) {
      const top = y * info.strideHeight - info.padInfo.top;
      for (let x = 0; x < outWidth; x++) {
        const left = x * info.strideWidth - info.padInfo.left;
        const [from, to] = [Math.max(0, left), Math.min(inWidth, left + filterWidth)];
        for (let ky = top; ky < top + filterHeight; ky++, row += rowLength) {
          const inside = ky >= 0 && ky < inHeight && to > from;
          const image = ((m * inHeight + ky) * inWidth + from) * inChannels;
          visit(row, rowLength, (from - left) * inChannels, image, inside ? (to - from) * inChannels : 0);
        }
      }
    }
  }
}

function windowsShape(info: ConvInfo): [number, number] {
  return [info.batchSize * info.outHeight * info.outWidth, info.filterHeight * info.filterWidth * info.inChannels];
}

function windows(backend: BackendWasm, x: tf.TensorInfo, info: ConvInfo): tf.TensorInfo {
  const out = backend.makeOutput(windowsShape(info), "float32");
  // Views of the heap are created last: an allocation may move it.
  const from = backend.typedArrayFromHeap(x) as Float32Array;
  const to = backend.typedArrayFromHeap(out) as Float32Array;
  to.fill(0);
  eachRow(info, (row, _rowLength, skipped, image, length) => {
    const start = row + skipped;
    for (let i = 0; i < length; i++) to[start + i] = from[image + i]!;
  });
  return out;
}

function windowsAdjoint(backend: BackendWasm, values: tf.TensorInfo, info: ConvInfo): tf.TensorInfo {
  const out = backend.makeOutput(info.inShape, "float32");
  const from = backend.typedArrayFromHeap(values) as Float32Array;
  const to = backend.typedArrayFromHeap(out) as Float32Array;
  to.fill(0);
  eachRow(info, (row, _rowLength, skipped, image, length) => {
    const start = row + skipped;
    for (let i = 0; i < length; i++) to[image + i]! += from[start + i]!;
  });
  return out;
}

function filterGradient(backend: BackendWasm, inputs: tf.NamedTensorInfoMap, attrs: Attributes): tf.TensorInfo {
  const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
  const info = convInfo(attrs, x.shape, attrs["filterShape"] as number[]);
  const read = windows(backend, x, info);
  const flipped = using(backend, [read], () => transposed(backend, read));
  const [positions] = windowsShape(info);
  const dw = using(backend, [flipped], () => product(backend, flipped, view(dy, positions, info.outChannels)));
  dw.shape = info.filterShape;
  return dw;
}

function inputGradient(backend: BackendWasm, inputs: tf.NamedTensorInfoMap, attrs: Attributes): tf.TensorInfo {
  const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
  const info = convInfo(attrs, attrs["inputShape"] as number[], filter.shape);
  const [positions, values] = windowsShape(info);
  const flipped = transposed(backend, view(filter, values, info.outChannels));
  const read = using(backend, [flipped], () => product(backend, view(dy, positions, info.outChannels), flipped));
  return using(backend, [read], () => windowsAdjoint(backend, read, info));
}

type Kernel = (backend: BackendWasm, inputs: tf.NamedTensorInfoMap, attrs: Attributes) => tf.TensorInfo;

/** The backend's own product, after explicit transposes. */
function matMul(own: Kernel): Kernel {
  return (backend, inputs, attrs) => {
    let { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const owned: tf.TensorInfo[] = [];
    if (attrs["transposeA"]) owned.push(a = transposed(backend, a));
    if (attrs["transposeB"]) owned.push(b = transposed(backend, b));
    return using(backend, owned, () => own(backend, { a, b }, { transposeA: false, transposeB: false }));
  };
}

function register(kernelName: string, kernel: Kernel, replaced?: tf.KernelConfig): void {
  if (replaced) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    ...replaced,
    kernelName,
    backendName: "wasm",
    kernelFunc: ({ backend, inputs, attrs }) => kernel(backend as BackendWasm, inputs, attrs ?? {}),
  });
}

let registered = false;

/** Registers them, the first time that it is called; `tfjs-backend-wasm` has been imported. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  const own = tf.getKernel(tf.BatchMatMul, "wasm")!;
  const ownProduct: Kernel = (backend, inputs, attrs) =>
    own.kernelFunc({ backend, inputs, attrs: attrs as tf.NamedAttrMap }) as tf.TensorInfo;
  register(tf.BatchMatMul, matMul(ownProduct), own);
  register(tf.Conv2DBackpropInput, inputGradient, tf.getKernel(tf.Conv2DBackpropInput, "wasm"));
  register(tf.Conv2DBackpropFilter, filterGradient);
}
