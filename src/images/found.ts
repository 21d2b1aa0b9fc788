/**
 * What was found in a folder, in words.
 *
 * @module
 */

import type { ReadImage } from "./folder.ts";

const sizeOf = ({ image: { stored } }: ReadImage) => `${stored.width} × ${stored.height}`;

function sizes(files: readonly ReadImage[]): string {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(sizeOf(file), (counts.get(sizeOf(file)) ?? 0) + 1);
  if (counts.size === 1) return `of ${sizeOf(files[0]!)} pixels`;
  const area = ({ image: { stored } }: ReadImage) => stored.width * stored.height;
  const smallest = files.reduce((a, b) => area(b) < area(a) ? b : a);
  const largest = files.reduce((a, b) => area(b) > area(a) ? b : a);
  const [most, count] = [...counts].reduce((a, b) => b[1] > a[1] ? b : a);
  const often = count > 1 ? `, ${count} of them ${most}` : "";
  return `of ${counts.size} sizes, from ${sizeOf(smallest)} to ${sizeOf(largest)} pixels${often}`;
}

/**
 * How many images, of which sizes, and what is wrong with them.
 *
 * @param files The images, at least one.
 * @param coloured How many have colour; `undefined` where nobody has looked.
 * @param unreadable How many files could not be read.
 * @returns A sentence without its full stop.
 */
export function foundText(files: readonly ReadImage[], coloured: number | undefined, unreadable: number): string {
  const copies = files.length - new Set(files.map(({ sha256 }) => sha256)).size;
  const colour = coloured === undefined
    ? []
    : [coloured === 0 ? "all grey" : coloured === files.length ? "in colour" : `${coloured} of them in colour`];
  return [
    `found: ${files.length} ${files.length === 1 ? "image" : "images"} ${sizes(files)}`,
    ...colour,
    ...(unreadable > 0 ? [`${unreadable} unreadable ${unreadable === 1 ? "file" : "files"}`] : []),
    // A copy among the held-out images makes the rest look more anomalous than they are.
    ...(copies > 0 ? [`${copies} of them copies of others, which false alarms depend on: better remove them`] : []),
  ].join(", ");
}
