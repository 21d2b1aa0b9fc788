/**
 * All ways to break this code that `deno task mutate` tries.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { OF_EQUATIONS } from "./mutations_equations.ts";
import { OF_METHODS } from "./mutations_methods.ts";
import { OF_NETWORKS } from "./mutations_networks.ts";

/** All of them. */
export const MUTATIONS: readonly Mutation[] = [...OF_EQUATIONS, ...OF_NETWORKS, ...OF_METHODS];
