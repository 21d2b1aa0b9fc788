/**
 * `deno doc --lint` over the public API, or the files that are named, without its complaint that TensorFlow.js's own types are not
 * ours to document.
 *
 * @module
 */

const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...Deno.args.length > 0 ? Deno.args : ["mod.ts"]],
  env: { NO_COLOR: "1" },
}).output();
const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
const problems = text.split(/\n(?=error)/).filter((block) => /^error\[/.test(block));
const ours = problems.filter((block) =>
  !/^error\[private-type-ref\].*references private type '(Tensor\w*|Scalar)'/.test(block)
);
for (const problem of ours) console.error(problem);
console.log(`doc lint: ${ours.length} problems`);
Deno.exit(ours.length === 0 ? 0 : 1);
