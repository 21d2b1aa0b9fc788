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

/** Lets what has a `data-i` be dragged: `move` hears where it is, `done` that it was let go. */
export function draggable(plane, move, done = () => {}) {
  plane.addEventListener("pointerdown", (event) => {
    const i = event.target.dataset.i;
    if (i === undefined) return;
    plane.setPointerCapture(event.pointerId);
    const follow = (moved) => move(Number(i), placeOf(plane, moved));
    plane.addEventListener("pointermove", follow);
    plane.addEventListener("pointerup", () => {
      plane.removeEventListener("pointermove", follow);
      done();
    }, { once: true });
  });
}
