/** Recipes, and the names of methods. */

import { assertEquals } from "@std/assert";
import { ADGAN_CIFAR10, ADGAN_MNIST } from "../src/detectors/adgan.ts";
import { ALAD_CIFAR10, ALAD_MNIST } from "../src/detectors/alad.ts";
import { DAGMM_CIFAR10, DAGMM_MNIST } from "../src/detectors/dagmm.ts";
import { DCAE_CIFAR10, DCAE_MNIST } from "../src/detectors/dcae.ts";
import { DSEBM_CIFAR10, DSEBM_MNIST } from "../src/detectors/dsebm.ts";
import { DSVDD_CIFAR10, DSVDD_MNIST } from "../src/detectors/dsvdd.ts";
import { IFOREST_RECIPE } from "../src/detectors/iforest.ts";
import { KDE_RECIPE } from "../src/detectors/kde.ts";
import { MEMAE_CIFAR10, MEMAE_MNIST } from "../src/detectors/memae.ts";
import { OCSVM_RECIPE } from "../src/detectors/ocsvm.ts";
import { OCSVM_HINDSIGHT_RECIPE } from "../src/detectors/ocsvm_hindsight.ts";
import { ENTRIES } from "../src/experiments/methods.ts";
import { METHODS } from "../src/experiments/names.ts";
import { REMOVABLE } from "../src/experiments/recipes.ts";
import { REMOVABLE as OF_THE_STEP } from "../src/paper/s4_5_training.ts";

Deno.test("run-spec: methods run with the recipes that their files state", () => {
  const stated = {
    adgan: [ADGAN_MNIST, ADGAN_CIFAR10],
    alad: [ALAD_MNIST, ALAD_CIFAR10],
    dsebm: [DSEBM_MNIST, DSEBM_CIFAR10],
    dagmm: [DAGMM_MNIST, DAGMM_CIFAR10],
    memae: [MEMAE_MNIST, MEMAE_CIFAR10],
    dcae: [DCAE_MNIST, DCAE_CIFAR10],
    dsvdd: [DSVDD_MNIST, DSVDD_CIFAR10],
    ocsvm: [OCSVM_RECIPE, OCSVM_RECIPE],
    "ocsvm-hindsight": [OCSVM_HINDSIGHT_RECIPE, OCSVM_HINDSIGHT_RECIPE],
    kde: [KDE_RECIPE, KDE_RECIPE],
    iforest: [IFOREST_RECIPE, IFOREST_RECIPE],
  } as const;
  for (const [method, [mnist, cifar10]] of Object.entries(stated)) {
    assertEquals(
      ENTRIES[method as keyof typeof stated].recipes,
      { mnist: { ...mnist! }, cifar10: { ...cifar10! } },
      method,
    );
  }
});

Deno.test("run-spec: names stand in the order of what they name", () => {
  assertEquals(Object.keys(ENTRIES), [...METHODS]);
  assertEquals(REMOVABLE, [...OF_THE_STEP]);
});
