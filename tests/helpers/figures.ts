import sharp from "sharp";

/** Anchor points as they are sent. */
export type Marks = Record<"left_shoulder" | "right_shoulder" | "left_waist" | "right_waist", [x: number, y: number]>;

/** Where shoulders and waist of the figure are, whatever the size of its photo. */
export const figurePoints: Marks = {
  left_shoulder: [0.37, 0.3],
  right_shoulder: [0.63, 0.3],
  left_waist: [0.42, 0.48],
  right_waist: [0.58, 0.48],
};

/** Where they are in the cut-out of the gown. */
export const gownPoints: Marks = {
  left_shoulder: [0.35, 0.08],
  right_shoulder: [0.65, 0.08],
  left_waist: [0.39, 0.34],
  right_waist: [0.61, 0.34],
};

/** A bride in a room, as a drawing. */
export async function figure(width = 360, height = 480): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 960" width="${width}" height="${height}" preserveAspectRatio="none">
    <defs>
      <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#c9d3d6"/><stop offset="1" stop-color="#aab6b8"/></linearGradient>
      <linearGradient id="skin" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#b07850"/><stop offset=".5" stop-color="#c68d63"/><stop offset="1" stop-color="#a26b45"/></linearGradient>
    </defs>
    <rect width="720" height="960" fill="url(#wall)"/>
    <rect y="840" width="720" height="120" fill="#8b6f52"/>
    <rect x="60" y="120" width="120" height="260" fill="#dfe9ee" stroke="#7d8a8f" stroke-width="8"/>
    <path d="M300 150 q60 -70 120 0 q20 60 4 130 l-128 0 q-18 -70 4 -130z" fill="#2a1a12"/>
    <rect x="338" y="220" width="44" height="60" fill="url(#skin)"/>
    <ellipse cx="360" cy="185" rx="44" ry="56" fill="url(#skin)"/>
    <path d="M266 288 q94 -28 188 0 q6 90 -36 172 q10 60 26 110 l-168 0 q16 -50 26 -110 q-42 -82 -36 -172z" fill="#5b7486"/>
    <path d="M268 288 q-34 100 -30 230 l22 0 q4 -110 30 -180z M452 288 q34 100 30 230 l-22 0 q-4 -110 -30 -180z" fill="url(#skin)"/>
    <path d="M284 560 l70 0 l-8 320 l-34 0z M366 560 l70 0 l-28 320 l-34 0z" fill="#33414c"/>
  </svg>`;
  return sharp(Buffer.from(svg)).flatten().jpeg({ quality: 95 }).toBuffer();
}

/** A gown with straps before nothing. */
export async function gown(width = 360, height = 480): Promise<Buffer> {
  const lace = Array.from(
    { length: 12 },
    (_, n) =>
      `<circle cx="${255 + n * 35}" cy="${960 + (n % 2) * 26}" r="13" fill="none" stroke="#d9cdb8" stroke-width="4"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 1200" width="${width}" height="${height}" preserveAspectRatio="none">
    <defs>
      <linearGradient id="silk" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#d8cebd"/><stop offset=".35" stop-color="#fffdf8"/><stop offset=".7" stop-color="#f3ebdd"/><stop offset="1" stop-color="#cfc3af"/></linearGradient>
    </defs>
    <path d="M315 96 l34 0 q8 90 30 130 q71 40 142 0 q22 -40 30 -130 l34 0 q16 150 -36 312 q110 260 190 700 q-289 70 -578 0 q80 -440 190 -700 q-52 -162 -36 -312z" fill="url(#silk)"/>
    <path d="M351 408 q99 34 198 0 l0 20 q-99 34 -198 0z" fill="#bfae93"/>
    ${lace.join("")}
    <path d="M400 440 q-40 320 -90 680 M450 446 q0 330 0 690 M500 440 q40 320 90 680" fill="none" stroke="#cbbfa9" stroke-width="5" opacity=".6"/>
  </svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** A cut-out of white cloth with a red dot at each of these marks. */
export async function dotted(marks: Marks, width = 600, height = 900): Promise<Buffer> {
  const dots = Object.values(marks).map(([x, y]) => `<circle cx="${x * width}" cy="${y * height}" r="9" fill="red"/>`);
  const cloth = `<rect x="60" y="30" width="${width - 120}" height="${height - 60}" fill="white"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${cloth}${dots.join("")}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
