/**
 * A graph of TensorFlow's operations in the form that TensorFlow loads, written with tfjs-node's own messages.
 *
 * @module
 */

import { createRequire } from "node:module";
import { join } from "node:path";
import { packageFolder } from "../platform/packages.ts";
import { PACKAGE } from "./native_addon.ts";

/** An operation in a graph. */
export interface Operation {
  /** Its name. */
  readonly name: string;
  /** Its operation in TensorFlow's registry. */
  readonly op: string;
  /**
   * Names of its inputs, with the suffix `:1` and so on for further outputs, and the prefix `^` for those that it only waits
   * for.
   */
  readonly inputs: readonly string[];
  /** Its attributes. */
  readonly attributes: readonly Attribute[];
}

/** An attribute of an operation. */
export type Attribute = readonly [name: string, kind: Kind, value: unknown];

/** A constant's value. */
export interface Constant {
  /** Its type in TensorFlow's numbering. */
  readonly dtype: number;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Its bytes. */
  readonly bytes: Uint8Array;
}

/** The graph version that TensorFlow 2 writes; to an older one TensorFlow would apply old rules. */
const PRODUCER = 1087;

/** A message of Protocol Buffers, as the generated code makes it. */
// deno-lint-ignore no-explicit-any
type Message = any;

let loaded: Message;

/** tfjs-node's generated messages; it has loaded them itself, so its folder is there. */
const messages = (): Message =>
  loaded ??= createRequire(join(packageFolder(PACKAGE)!, "package.json"))("./dist/proto/api_pb.js");

/** A message with some of its fields set. */
function message(type: string, fields: Readonly<Record<string, unknown>>): Message {
  const made = new (type.split(".").reduce((inner, name) => inner[name], messages()))();
  for (const [field, value] of Object.entries(fields)) made[`set${field}`](value);
  return made;
}

const shape = (sizes: readonly number[]) =>
  message("TensorShape", { DimList: sizes.map((Size) => message("TensorShape.Dim", { Size })) });

/** How the value of each kind of attribute is written. */
const KINDS = {
  type: (value: number) => ({ Type: value }),
  float: (value: number) => ({ F: value }),
  bool: (value: boolean) => ({ B: value }),
  string: (value: string) => ({ S: new TextEncoder().encode(value) }),
  int: (value: number | number[]) =>
    Array.isArray(value) ? { List: message("AttrValue.ListValue", { IList: value }) } : { I: value },
  shape: (value: number[]) => ({ Shape: shape(value) }),
  tensor: (value: Constant) => ({
    Tensor: message("Tensor", { Dtype: value.dtype, TensorShape: shape(value.shape), TensorContent: value.bytes }),
  }),
};

/** The value of an attribute. */
export type Kind = keyof typeof KINDS;

function node({ name, op, inputs, attributes }: Operation): Message {
  const made = message("NodeDef", { Name: name, Op: op, InputList: inputs });
  for (const [attribute, kind, value] of attributes) {
    made.getAttrMap().set(
      attribute,
      message("AttrValue", (KINDS[kind] as (value: unknown) => Record<string, unknown>)(value)),
    );
  }
  return made;
}

/** The bytes of `saved_model.pb` of a graph, tagged `serve`. */
export function encodeSavedModel(operations: readonly Operation[]): Uint8Array {
  const graph = message("GraphDef", {
    NodeList: operations.map(node),
    Versions: message("VersionDef", { Producer: PRODUCER }),
  });
  const meta = message("MetaGraphDef", {
    MetaInfoDef: message("MetaGraphDef.MetaInfoDef", { TagsList: ["serve"] }),
    GraphDef: graph,
  });
  return message("SavedModel", { SavedModelSchemaVersion: 1, MetaGraphsList: [meta] }).serializeBinary();
}
