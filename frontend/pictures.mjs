// The app's pictures, drawn here: the mark of the house on its plate, as PNG. A stroke is every point that lies near
// enough to its line, so a distance is all the drawing there is.
import { crc32, deflateSync } from "node:zlib";

const UNIT = 32; // the favicon's own measure
const STROKE = 1.5;
const STEPS = 24;

function curve(from, first, second, to) {
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const t = step / STEPS;
    const u = 1 - t;
    return [0, 1].map(
      (axis) => u ** 3 * from[axis] + 3 * u * u * t * first[axis] + 3 * u * t * t * second[axis] + t ** 3 * to[axis],
    );
  });
}

// The same line and branch as shapes/favicon.svg.
const LINES = [
  [[12, 26], [12, 6]],
  curve([12, 20.5], [12, 16], [14.4, 14.9], [17, 13.5]),
  curve([17, 13.5], [20, 11.9], [22, 10.5], [22, 6]),
];

function distance(point, from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const along = ((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point[0] - from[0] - t * dx, point[1] - from[1] - t * dy);
}

const SEGMENTS = LINES.flatMap((line) => line.slice(1).map((to, at) => [line[at], to]));
const inked = (point) => Math.min(...SEGMENTS.map(([from, to]) => distance(point, from, to))) - STROKE;

// How far outside of the plate with its round corners; a maskable picture has no corners of its own.
function outside([x, y], radius) {
  const [dx, dy] = [x, y].map((value) => Math.abs(value - UNIT / 2) - (UNIT / 2 - radius));
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
}

function chunk(kind, data) {
  const content = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const frame = Buffer.alloc(8 + content.length);
  frame.writeUInt32BE(data.length, 0);
  content.copy(frame, 4);
  frame.writeUInt32BE(crc32(content), 4 + content.length);
  return frame;
}

function png(size, rows) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6], 8); // eight bits each of red, green, blue, alpha
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

// `size` in pixels, `plate` as #rrggbb. A maskable picture keeps the mark inside the circle that is never cut off.
export function picture(size, plate, { maskable = false } = {}) {
  const colour = [1, 3, 5].map((at) => Number.parseInt(plate.slice(at, at + 2), 16));
  const scale = UNIT / size;
  const shrink = maskable ? 1.35 : 1;
  const rows = Buffer.alloc(size * (1 + 4 * size));
  const covered = (edge) => Math.min(1, Math.max(0, 0.5 - edge / scale));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const point = [(x + 0.5) * scale, (y + 0.5) * scale];
      const inner = point.map((value) => (value - UNIT / 2) * shrink + UNIT / 2);
      const ink = covered(inked(inner) / shrink);
      const alpha = maskable ? 1 : covered(outside(point, 5));
      const at = y * (1 + 4 * size) + 1 + 4 * x;
      rows.set([...colour.map((value) => Math.round(value + (255 - value) * ink)), Math.round(255 * alpha)], at);
    }
  }
  return png(size, rows);
}
