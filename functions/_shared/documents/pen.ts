import PDFDocument from "pdfkit";
import type { FontSet, Weight } from "./font-set.ts";
import { type Run, visualRuns } from "./visual-runs.ts";

export interface Style {
  readonly size: number;
  readonly weight?: Weight;
  readonly color?: string;
}

/** The parts of a text that was broken into lines. */
export interface Block {
  readonly lines: readonly string[];
  readonly height: number;
}

export interface PenOptions {
  readonly title: string;
  /** BCP 47 tag. */
  readonly language: string;
  /** Noted in the file, so that the same document gives the same file. */
  readonly madeAt: Date;
  readonly margin: number;
}

/** Writes on A4 pages, in points from the upper left corner. Knows scripts and directions; what is where is its caller's. */
export class Pen {
  readonly width: number;
  readonly height: number;
  readonly margin: number;
  readonly #pdf: PDFKit.PDFDocument;
  readonly #fonts: FontSet;
  readonly #widths = new Map<string, number>();
  readonly #chunks: Uint8Array[] = [];
  readonly #ended: Promise<void>;

  constructor(fonts: FontSet, { title, language, madeAt, margin }: PenOptions) {
    this.#fonts = fonts;
    this.margin = margin;
    this.#pdf = new PDFDocument({
      size: "A4",
      margin: 0,
      bufferPages: true,
      lang: language,
      displayTitle: true,
      // No font of the library's own, which would be read from its folder.
      font: null as unknown as string,
      info: { Title: title, Creator: "Nexus", CreationDate: madeAt },
    });
    for (const { family, weight, bytes } of fonts.files) this.#pdf.registerFont(`${family}-${weight}`, bytes);
    this.width = this.#pdf.page.width;
    this.height = this.#pdf.page.height;
    this.#pdf.on("data", (chunk: Uint8Array) => this.#chunks.push(chunk));
    this.#ended = new Promise((resolve, reject) => this.#pdf.on("end", resolve).on("error", reject));
  }

  measure(text: string, style: Style): number {
    return visualRuns(text, this.#fonts).reduce((sum, run) => sum + this.#measureRun(run, style), 0);
  }

  /** Breaks a text at spaces and line breaks, and within words that are too long. */
  block(text: string, width: number, style: Style): Block {
    const lines = text.split(/\r?\n/).flatMap((paragraph) => this.#broken(paragraph, width, style));
    return { lines, height: lines.length * lineHeight(style) };
  }

  /** Writes a line whose baseline is at y. @param align which end of the line is at x */
  write(text: string, x: number, y: number, style: Style, align: "left" | "right" = "left"): void {
    let left = align === "left" ? x : x - this.measure(text, style);
    for (const run of visualRuns(text, this.#fonts)) {
      this.#use(run, style).fillColor(style.color ?? "#000000");
      this.#pdf.text(run.text, left, y, { lineBreak: false, baseline: "alphabetic", features: [] });
      left += this.#measureRun(run, style);
    }
  }

  /** Writes a block whose upper edge is at y. Returns where it ends. */
  writeBlock({ lines }: Block, x: number, y: number, style: Style, align: "left" | "right" = "left"): number {
    const height = lineHeight(style);
    for (const [n, line] of lines.entries()) this.write(line, x, y + n * height + style.size * 1.05, style, align);
    return y + lines.length * height;
  }

  rule(y: number, color: string, thickness = 0.75, from = this.margin, to = this.width - this.margin): void {
    this.#pdf.moveTo(from, y).lineTo(to, y).lineWidth(thickness).strokeColor(color).stroke();
  }

  fill(x: number, y: number, width: number, height: number, color: string): void {
    this.#pdf.rect(x, y, width, height).fill(color);
  }

  newPage(): void {
    this.#pdf.addPage();
  }

  /** Writes something on every page, once all of them are there. */
  onEveryPage(write: (page: number, pages: number) => void): void {
    const { count } = this.#pdf.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.#pdf.switchToPage(page);
      write(page + 1, count);
    }
  }

  async end(): Promise<Uint8Array<ArrayBuffer>> {
    this.#pdf.end();
    await this.#ended;
    const bytes = new Uint8Array(this.#chunks.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return bytes;
  }

  #broken(paragraph: string, width: number, style: Style): string[] {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(/(?<= )(?=\S)/)) {
      if (line === "" || this.measure((line + word).trimEnd(), style) <= width) line += word;
      else {
        lines.push(line.trimEnd());
        line = word;
      }
      while (this.measure(line.trimEnd(), style) > width) {
        const part = this.#longestStart(line, width, style);
        lines.push(part);
        line = line.slice(part.length);
      }
    }
    return [...lines, line.trimEnd()];
  }

  #longestStart(word: string, width: number, style: Style): string {
    let start = "";
    for (const { segment } of graphemes.segment(word)) {
      if (start !== "" && this.measure(start + segment, style) > width) break;
      start += segment;
    }
    return start;
  }

  /** In thousandths of the size; shaping takes its time, and breaking lines asks again and again. */
  #measureRun(run: Run, style: Style): number {
    const key = `${run.family} ${style.weight} ${run.text}`;
    let width = this.#widths.get(key);
    if (width === undefined) {
      width = this.#use(run, { ...style, size: 1000 }).widthOfString(run.text, { features: [] });
      this.#widths.set(key, width);
    }
    return (width * style.size) / 1000;
  }

  #use({ family }: Run, { size, weight = 400 }: Style): PDFKit.PDFDocument {
    return this.#pdf.font(`${family}-${weight}`, size);
  }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Ethiopic and Arabic letters reach higher and lower than Latin ones. */
const lineHeight = ({ size }: Style): number => size * 1.45;
