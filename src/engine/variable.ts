/**
 * TensorFlow's variables: buffers that its operations change in place; for `native` only.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { runNative, TF_FLOAT } from "./ops.ts";

/** A variable. */
export interface Variable {
  /** The handle that operations take in order to change it. */
  readonly handle: tf.Tensor;
  /** Its value now; the caller owns it. While the caller keeps it, TensorFlow copies the buffer before changing it. */
  read(): tf.Tensor;
  /** Sets it. */
  write(value: tf.Tensor): void;
  /** Frees it. */
  dispose(): void;
}

const DTYPE = { "dtype:type": TF_FLOAT };

/** Which variable a tensor is the handle or the value of. */
const owners = new WeakMap<tf.DataId, Variable>();

let count = 0;

/** A variable with a value. */
export function variable(value: tf.Tensor): Variable {
  const attributes = { ...DTYPE, "shape:shape": value.shape, "shared_name:string": `memgan-${count++}` };
  const handle = tf.keep(runNative("VarHandleOp", attributes, [], 1)[0]!);
  const made: Variable = {
    handle,
    write: (next) => void runNative("AssignVariableOp", DTYPE, [handle, next], 0),
    read() {
      const [now] = runNative("ReadVariableOp", DTYPE, [handle], 1) as [tf.Tensor];
      owners.set(now.dataId, made);
      return now;
    },
    dispose() {
      runNative("DestroyResourceOp", { "ignore_lookup_error:bool": true }, [handle], 0);
      handle.dispose();
    },
  };
  owners.set(handle.dataId, made);
  made.write(value);
  return made;
}

/** The variable that a tensor is the handle of, or was read from. */
export function variableOf(tensor: tf.Tensor): Variable | undefined {
  return owners.get(tensor.dataId);
}
