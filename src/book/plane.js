// A plane of SVG with points that a pointer or the arrow keys move; its y axis points up, its square is [-1, 1]².

/** Appends an element to a picture. */
export function svg(name, attributes, parent) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
}

const within = (value) => Math.max(-1, Math.min(1, value));

/** Where in the plane the pointer is. */
export function placeOf(plane, { clientX, clientY }) {
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(plane.getScreenCTM().inverse());
  return [within(x), within(-y)];
}

/** Where an arrow key takes a point; `undefined` for another key. */
export function towards(key, [x, y]) {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
  return by && [within(x + 0.05 * by[0]), within(y + 0.05 * by[1])];
}

/** Points as the attribute `points` of a polygon. */
export const outline = (points) => points.map(([x, y]) => `${x},${-y}`).join(" ");

/** A square of half the side `half` on its tip, as attributes of a `rect`. */
export function diamond([x, y], half) {
  return { x: x - half, y: -y - half, width: 2 * half, height: 2 * half, transform: `rotate(45 ${x} ${-y})` };
}

/** Lets what has a `data-i` be dragged: `move` hears where it is, `done` that it was let go after it moved. */
export function draggable(plane, move, done = () => {}) {
  plane.addEventListener("pointerdown", (event) => {
    const i = event.target.dataset.i;
    if (i === undefined) return;
    const over = new AbortController();
    const on = (type, act) =>
      plane.addEventListener(type, (each) => each.pointerId === event.pointerId && act(each), { signal: over.signal });
    let moved = false;
    on("pointermove", (each) => {
      // Captured from the first move on: a mere click keeps its target.
      if (!moved) plane.setPointerCapture(event.pointerId);
      moved = true;
      move(Number(i), placeOf(plane, each));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      on(end, () => {
        over.abort();
        if (moved) done();
      });
    }
  });
}
