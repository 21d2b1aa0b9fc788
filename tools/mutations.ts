/**
 * All ways to break this code that `deno task mutate` tries.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { OF_THE_BOOK } from "./mutations_book.ts";
import { OF_CLAIMS } from "./mutations_claims.ts";
import { OF_CLASSICAL } from "./mutations_classical.ts";
import { OF_CONSOLE } from "./mutations_console.ts";
import { OF_DOORS } from "./mutations_doors.ts";
import { OF_EQUATIONS } from "./mutations_equations.ts";
import { OF_GEOMETRY } from "./mutations_geometry.ts";
import { OF_IMAGES } from "./mutations_images.ts";
import { OF_METHODS } from "./mutations_methods.ts";
import { OF_NETWORKS } from "./mutations_networks.ts";
import { OF_THE_PACKAGE } from "./mutations_package.ts";
import { OF_THE_QUEUE } from "./mutations_queue.ts";
import { OF_RECIPES } from "./mutations_recipes.ts";
import { OF_THE_SEARCH } from "./mutations_search.ts";
import { OF_SERVE } from "./mutations_serve.ts";
import { OF_THE_STORE } from "./mutations_store.ts";

/** All of them. */
export const MUTATIONS: readonly Mutation[] = [
  ...OF_EQUATIONS,
  ...OF_NETWORKS,
  ...OF_METHODS,
  ...OF_CLAIMS,
  ...OF_RECIPES,
  ...OF_CLASSICAL,
  ...OF_DOORS,
  ...OF_THE_PACKAGE,
  ...OF_CONSOLE,
  ...OF_GEOMETRY,
  ...OF_IMAGES,
  ...OF_SERVE,
  ...OF_THE_SEARCH,
  ...OF_THE_STORE,
  ...OF_THE_QUEUE,
  ...OF_THE_BOOK,
];
