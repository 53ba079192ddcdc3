import type { AnchorPoint, AnchorPoints } from "../functions/_shared/jobs/pictures.ts";

/**
 * Coordinates of a body in a picture: v runs from the shoulders (0) to the waist (1) and on to the hem, u from the middle to the
 * left and right side in the picture (-1 and 1). The half width goes from that of the shoulders to that of the waist, and stays
 * below and above them. So the same (u, v) is the same place of the body in two pictures, and all four marks meet exactly.
 *
 * Results are written into a point that the caller brings: they are asked for each pixel.
 */
export class BodyFrame {
  // The middle of the shoulders, the way from there to the middle of the waist, half the shoulders, and what half the waist
  // differs from them by. In pixels.
  readonly #x: number;
  readonly #y: number;
  readonly #axisX: number;
  readonly #axisY: number;
  readonly #halfX: number;
  readonly #halfY: number;
  readonly #changeX: number;
  readonly #changeY: number;

  /** @param width of the picture in pixels, as `height` */
  constructor(points: AnchorPoints, width: number, height: number) {
    const half = ([a]: AnchorPoint, [b]: AnchorPoint) => ((b - a) / 2) * width;
    const halfHeight = ([, a]: AnchorPoint, [, b]: AnchorPoint) => ((b - a) / 2) * height;
    const { left_shoulder: left, right_shoulder: right, left_waist: low, right_waist: lowRight } = points;
    this.#x = ((left[0] + right[0]) / 2) * width;
    this.#y = ((left[1] + right[1]) / 2) * height;
    this.#axisX = ((low[0] + lowRight[0]) / 2) * width - this.#x;
    this.#axisY = ((low[1] + lowRight[1]) / 2) * height - this.#y;
    this.#halfX = half(left, right);
    this.#halfY = halfHeight(left, right);
    this.#changeX = half(low, lowRight) - this.#halfX;
    this.#changeY = halfHeight(low, lowRight) - this.#halfY;
  }

  /** Half the width of the shoulders, half the width of the waist, and the length between them, in pixels. */
  get lengths(): readonly [shoulder: number, waist: number, axis: number] {
    return [
      Math.hypot(this.#halfX, this.#halfY),
      Math.hypot(this.#halfX + this.#changeX, this.#halfY + this.#changeY),
      Math.hypot(this.#axisX, this.#axisY),
    ];
  }

  /** Turns (u, v) into a pixel. */
  toPixel(point: { x: number; y: number }, u: number, v: number): void {
    const t = Math.min(1, Math.max(0, v));
    point.x = this.#x + v * this.#axisX + u * (this.#halfX + t * this.#changeX);
    point.y = this.#y + v * this.#axisY + u * (this.#halfY + t * this.#changeY);
  }

  /** Turns a pixel into (u, v). */
  fromPixel(point: { u: number; v: number }, x: number, y: number): void {
    const [dx, dy] = [x - this.#x, y - this.#y];
    const v = this.#along(dx, dy);
    const t = Math.min(1, Math.max(0, v));
    const [halfX, halfY] = [this.#halfX + t * this.#changeX, this.#halfY + t * this.#changeY];
    point.v = v;
    point.u = ((dx - v * this.#axisX) * halfX + (dy - v * this.#axisY) * halfY) / (halfX * halfX + halfY * halfY);
  }

  /** The v for which d - v axis points along the half width at v: the cross product of the two is nothing. */
  #along(dx: number, dy: number): number {
    const toHalf = dx * this.#halfY - dy * this.#halfX;
    const axisToHalf = this.#axisX * this.#halfY - this.#axisY * this.#halfX;
    if (toHalf / axisToHalf <= 0) return toHalf / axisToHalf;
    const toChange = dx * this.#changeY - dy * this.#changeX;
    const axisToChange = this.#axisX * this.#changeY - this.#axisY * this.#changeX;
    const belowWaist = (toHalf + toChange) / (axisToHalf + axisToChange);
    if (belowWaist >= 1) return belowWaist;
    // Between them: axisToChange v² + (axisToHalf - toChange) v - toHalf = 0, of which the root that goes on into that of the
    // linear equation where nothing changes.
    const b = axisToHalf - toChange;
    const root = Math.sqrt(Math.max(0, b * b + 4 * axisToChange * toHalf));
    return Math.min(1, Math.max(0, (2 * toHalf) / (b + Math.sign(b) * root)));
  }
}
