/**
 * A lint rule: every draw comes from a seeded stream (`src/engine/random.ts`).
 *
 * @module
 */

const UNSEEDED = new Set([
  "randomNormal",
  "randomUniform",
  "randomUniformInt",
  "randomGamma",
  "truncatedNormal",
  "multinomial",
  "dropout",
]);

/** Forbids `Math.random`, `crypto.getRandomValues`, and TensorFlow.js's own draws. */
const plugin: Deno.lint.Plugin = {
  name: "memgan",
  rules: {
    "seeded-random": {
      create(context) {
        return {
          MemberExpression(node) {
            const { object, property } = node;
            if (object.type !== "Identifier" || property.type !== "Identifier") return;
            const unseeded = (object.name === "Math" && property.name === "random") ||
              (object.name === "crypto" && property.name === "getRandomValues") ||
              (object.name === "tf" && UNSEEDED.has(property.name));
            if (unseeded) {
              context.report({
                node,
                message: `${object.name}.${property.name} does not draw from a seeded stream`,
                hint: "Use seededRng(seed, name) of src/engine/random.ts",
              });
            }
          },
        };
      },
    },
  },
};

export default plugin;
