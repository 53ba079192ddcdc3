import type { AnchorPoints } from "../functions/_shared/jobs/pictures.ts";

/** What the drawing has to know of a demo product. */
export interface DemoProduct {
  readonly slug: string;
  readonly category: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const WIDTH = 960;
const HEIGHT = 1280;

/** Where shoulders and waist are in a whole gown and in its cut-out, as fractions: all gowns are drawn on the same form. */
export const gownMarks = {
  left_shoulder: [366 / WIDTH, 350 / HEIGHT],
  right_shoulder: [594 / WIDTH, 350 / HEIGHT],
  left_waist: [410 / WIDTH, 572 / HEIGHT],
  right_waist: [550 / WIDTH, 572 / HEIGHT],
} satisfies AnchorPoints;

/** Half the width of a skirt at hip, knee and hem. */
const skirts: Readonly<Record<string, readonly [hip: number, knee: number, hem: number]>> = {
  "a-line": [122, 215, 305],
  "ball gown": [225, 345, 390],
  mermaid: [112, 96, 265],
  "fit and flare": [116, 135, 250],
  sheath: [106, 118, 140],
  column: [98, 104, 116],
};
const cloths: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  white: ["#fffefb", "#d9d2c8"],
  ivory: ["#fdf6e9", "#d8c8ad"],
  rose: ["#e6bdb3", "#b27f78"],
  gold: ["#f0d79a", "#b08a3c"],
};
const walls = ["#e9ddd0", "#dfd6cd", "#e6d9d6", "#dcdcd2", "#e4d8c6", "#d8d5da"];

/** A picture of a demo product as SVG: a gown on a dress form, a veil, or jewellery on its bust. A cut-out is the gown alone. */
export function drawGown(product: DemoProduct, view: "whole" | "detail" | "cutout"): string {
  const { slug, category, attributes } = product;
  const word = (key: string) => String(attributes[key] ?? "");
  const [light, dark] = cloths[word("color")] ?? ["#fdf8ef", "#d6c9b6"];
  const wall = walls[[...slug].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % walls.length];
  const isAlone = view === "cutout";
  const wearer = isAlone ? "" : form;
  const drawing =
    category === "veils" ? veil(word("fabric")) : category === "jewellery" ? jewellery() : gown(word, category, wearer);
  const box = view === "detail" ? "210 215 540 720" : `0 0 ${WIDTH} ${HEIGHT}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="720" height="960" viewBox="${box}">
  <defs>
    <linearGradient id="wall" x2="0.3" y2="1"><stop stop-color="#fbf7f2"/><stop offset="1" stop-color="${wall}"/></linearGradient>
    <linearGradient id="cloth"><stop stop-color="${dark}"/><stop offset=".22" stop-color="${light}"/><stop offset=".62" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></linearGradient>
    <linearGradient id="form"><stop stop-color="#a98f77"/><stop offset=".4" stop-color="#dcc8b2"/><stop offset="1" stop-color="#9f856e"/></linearGradient>
    <linearGradient id="fade" x2="0" y2="1"><stop stop-color="#fff" stop-opacity=".75"/><stop offset="1" stop-color="#fff" stop-opacity=".35"/></linearGradient>
    <radialGradient id="floor"><stop stop-color="#5b4636" stop-opacity=".35"/><stop offset="1" stop-color="#5b4636" stop-opacity="0"/></radialGradient>
    <pattern id="lace" width="44" height="44" patternUnits="userSpaceOnUse" patternTransform="rotate(18)">
      <g fill="none" stroke="#a8937a" stroke-opacity=".45" stroke-width="1.4"><circle cx="22" cy="22" r="5"/><path d="M22 17c-7-9 7-9 0 0M22 27c-7 9 7 9 0 0M17 22c-9-7-9 7 0 0M27 22c9-7 9 7 0 0"/><path d="M0 0c8 4 10 10 8 16M44 44c-8-4-10-10-8-16"/></g>
    </pattern>
    <pattern id="tibeb" width="36" height="36" patternUnits="userSpaceOnUse">
      <rect width="36" height="36" fill="#c79a3f"/><path d="M18 2l14 16-14 16L4 18z" fill="#7a2f3a"/><path d="M18 10l7 8-7 8-7-8z" fill="#f3deb0"/><path d="M0 0h36M0 36h36" stroke="#2f5d43" stroke-width="5"/>
    </pattern>
  </defs>
  ${isAlone ? "" : room}
  ${drawing}
</svg>`;
}

const room = `
  <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#wall)"/>
  <path d="M0 1120h${WIDTH}v160H0z" fill="#fff" opacity=".28"/>
  <ellipse cx="480" cy="1172" rx="400" ry="52" fill="url(#floor)"/>`;

const form = `
  <path d="M474 600h12v570h-12z" fill="#6d5643"/><path d="M400 1178q80-40 160 0z" fill="#6d5643"/>
  <path d="M450 226q30-22 60 0l4 74q70 20 104 52l-20 90q-18 60-44 118l18 140H388l18-140q-26-58-44-118l-20-90q34-32 104-52z" fill="url(#form)"/>
  <ellipse cx="480" cy="222" rx="31" ry="11" fill="#6d5643"/><path d="M472 196h16v22h-16z" fill="#6d5643"/><circle cx="480" cy="192" r="13" fill="#7d6450"/>`;

/** The line that a bodice begins with, from the left arm to the right one. */
const necklines: Readonly<Record<string, string>> = {
  sweetheart: "M372 425q10-52 54-50q36 6 54 40q18-34 54-40q44-2 54 50",
  "off shoulder": "M340 372q60 40 140 40t140-40l-14 52",
  "v-neck": "M378 340l38-26q20 70 64 122q44-52 64-122l38 26",
  bateau: "M366 346q50-34 76-36q38 12 76 0q26 2 76 36",
  halter: "M384 424q46-50 62-128q34 14 68 0q16 78 62 128",
  square: "M380 344l40-22v76h120v-76l40 22",
};
const high = "M366 352q46-30 78-46q36 12 72 0q32 16 78 46";

/** @param wearer a dress form, or nothing */
function gown(word: (key: string) => string, category: string, wearer: string): string {
  const isKemis = category === "habesha-kemis";
  const [hip, knee, hem] = skirts[word("silhouette")] ?? [122, 215, 305];
  const neckline = necklines[word("neckline")] ?? high;
  const bodice = `${neckline}C594 470 566 512 552 560L550 588H410L408 560C394 512 366 470 ${/^M(\d+ \d+)/.exec(neckline)?.[1]}z`;
  // The skirt follows hip and knee; a mermaid's hem springs out below it.
  const side = (sign: 1 | -1) => {
    const x = (half: number) => 480 + sign * half;
    return { waist: x(70), hip: x(hip), knee: x(knee), hem: x(hem) };
  };
  const [l, r] = [side(-1), side(1)];
  const skirt = `M${l.waist} 572C${l.hip} 610 ${l.hip} 690 ${(l.hip + l.knee) / 2} 780C${l.knee} 870 ${(l.knee * 2 + l.hem) / 3} 1000 ${l.hem} 1150Q480 1192 ${r.hem} 1150C${(r.knee * 2 + r.hem) / 3} 1000 ${r.knee} 870 ${(r.hip + r.knee) / 2} 780C${r.hip} 690 ${r.hip} 610 ${r.waist} 572z`;
  const folds = Array.from({ length: 13 }, (_, n) => {
    const at = (n - 6) / 6.5;
    const shade = n % 2 === 0 ? "#8d7a66" : "#fff";
    return `<path d="M${480 + at * 62} 574C${480 + at * hip} 690 ${480 + at * knee} 860 ${480 + at * hem} 1176" fill="none" stroke="${shade}" stroke-opacity="${n % 2 === 0 ? 0.2 : 0.5}" stroke-width="${n % 2 === 0 ? 3 : 7}"/>`;
  }).join("");
  const trains: Readonly<Record<string, number>> = { sweep: 60, chapel: 130, cathedral: 200 };
  const train = trains[word("train")] ?? 0;
  const fabric = word("fabric");
  return `
  ${train > 0 ? `<path d="M${r.knee - 40} 860C${r.hem + train * 0.4} 1010 ${r.hem + train} 1130 ${Math.min(940, r.hem + train)} 1186Q560 1222 ${l.hem + 60} 1160z" fill="url(#cloth)" opacity=".85"/>` : ""}
  ${wearer}
  <clipPath id="skirt"><path d="${skirt}"/></clipPath><clipPath id="bodice"><path d="${bodice}"/></clipPath>
  ${sleeves(word("sleeve"))}
  <path d="${skirt}" fill="url(#cloth)"/>
  <g clip-path="url(#skirt)">${folds}
    ${fabric === "lace" ? '<path d="M0 560h960v700H0z" fill="url(#lace)"/>' : ""}
    ${isKemis ? '<path d="M60 1072h840v84H60z" fill="url(#tibeb)"/><path d="M456 572h48v600h-48z" fill="url(#tibeb)"/>' : ""}
    ${fabric === "organza" ? [700, 850, 1000].map((y) => `<path d="M80 ${y}q400 60 800 0" fill="none" stroke="#8d7a66" stroke-opacity=".25" stroke-width="3"/>`).join("") : ""}
  </g>
  <path d="${bodice}" fill="url(#cloth)"/>
  <g clip-path="url(#bodice)">
    <path d="M440 400q-16 100-10 180M520 400q16 100 10 180" fill="none" stroke="#8d7a66" stroke-opacity=".28" stroke-width="3"/>
    ${fabric === "lace" ? '<path d="M300 280h360v320H300z" fill="url(#lace)"/>' : ""}
    ${isKemis ? '<path d="M456 300h48v300h-48z" fill="url(#tibeb)"/>' : ""}
    ${fabric === "chiffon" ? '<path d="M380 470q100 60 200-40M380 520q100 50 200-30" fill="none" stroke="#8d5f58" stroke-opacity=".35" stroke-width="4"/>' : ""}
  </g>
  <path d="M410 562q70 16 140 0v20q-70 16-140 0z" fill="${isKemis ? "#c79a3f" : "#a8937a"}" opacity="${isKemis ? 0.9 : 0.4}"/>
  ${word("back") === "bow" ? '<g fill="url(#cloth)" stroke="#b9a993" stroke-opacity=".7" stroke-width="2"><path d="M548 560q74-62 92 4q-30 52-92 6z"/><path d="M548 568q-66-50-86 2q24 46 86 0z"/><path d="M548 572q46 130 30 250l-34-8q16-120-4-240z"/></g>' : ""}`;
}

function sleeves(kind: string): string {
  const ends: Readonly<Record<string, number>> = { cap: 410, "three-quarter": 640, long: 760 };
  if (kind === "cape") {
    return '<path d="M370 340Q250 700 214 1080q60 26 120 6Q380 700 420 420zM590 340q120 360 156 740q-60 26-120 6Q580 700 540 420z" fill="url(#fade)" stroke="#fff" stroke-opacity=".8" stroke-width="2"/>';
  }
  const end = ends[kind];
  if (end === undefined) return "";
  return `<path d="M372 344q-30 12-38 60L300 ${end}q26 14 52 4l38-250zM588 344q30 12 38 60l34 ${end - 404}q-26 14-52 4l-38-250z" fill="url(#cloth)"/>
    ${kind === "cap" ? "" : `<path d="M299 ${end - 26}q28 14 56 4l-4 26q-26 10-52-4zM661 ${end - 26}q-28 14-56 4l4 26q26 10 52-4z" fill="url(#tibeb)"/>`}`;
}

function veil(fabric: string): string {
  const layers = fabric === "cotton" ? [0, 40, 80] : [0, 60];
  return `${form}
  ${layers.map((inset) => `<path d="M480 176C${340 + inset} 190 ${270 + inset} 420 ${200 + inset} 1120q70 46 150 8q60 34 130 2q70 32 130-2q80 38 ${150 - inset}-8C${690 - inset} 420 ${620 - inset} 190 480 176z" fill="url(#fade)" stroke="#fff" stroke-opacity=".9" stroke-width="2"/>`).join("")}
  ${[300, 370, 430, 530, 590, 660].map((x) => `<path d="M480 190C${(x + 480) / 2} 420 ${x} 700 ${x} 1128" fill="none" stroke="#9d8b78" stroke-opacity=".22" stroke-width="3"/>`).join("")}
  ${fabric === "cotton" ? '<path d="M206 1060q70 46 150 8q60 34 124 2q64 32 124-2q80 38 150-8l6 60q-80 46-156 8q-60 34-124 2q-64 32-124 0q-86 38-156-10z" fill="url(#tibeb)" opacity=".9"/>' : ""}
  <g fill="#c79a3f">${Array.from({ length: 9 }, (_, n) => `<circle cx="${440 + n * 10}" cy="${190 - Math.sin((n / 8) * Math.PI) * 16}" r="6"/>`).join("")}</g>`;
}

function jewellery(): string {
  const drops = Array.from({ length: 15 }, (_, n) => {
    const angle = Math.PI * (0.12 + (0.76 * n) / 14);
    const [x, y] = [480 - Math.cos(angle) * 118, 342 + Math.sin(angle) * 120];
    return `<circle cx="${x}" cy="${y}" r="9" fill="none" stroke-width="3"/><path d="M${x} ${y + 9}v${16 + Math.sin(angle) * 34}"/><circle cx="${x}" cy="${y + 30 + Math.sin(angle) * 34}" r="7"/>`;
  }).join("");
  return `${form}
  <g fill="#f0d79a" stroke="#b08a3c" stroke-width="3">
    <path d="M370 352q110 150 220 0" fill="none" stroke-width="10"/>${drops}
    <path d="M480 470l34 44-34 60-34-60z"/><path d="M480 492l16 22-16 28-16-28z" fill="#7a2f3a"/>
    <path d="M430 196q50-56 100 0" fill="none" stroke-width="10"/><circle cx="480" cy="172" r="13"/><circle cx="447" cy="182" r="8"/><circle cx="513" cy="182" r="8"/>
    <path d="M420 236v46M540 236v46"/><circle cx="420" cy="294" r="13"/><circle cx="540" cy="294" r="13"/>
  </g>`;
}
