/** One instruction of a Dockerfile, with its lines joined. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** The instructions of a Dockerfile, without comments. */
export function parseDockerfile(text: string): Instruction[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", value = ""] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? [];
      return { name: name.toUpperCase(), value: value.trim() };
    });
}

interface Rule {
  readonly what: string;
  /** The instructions that break it. */
  breaks(all: readonly Instruction[]): readonly Instruction[];
}

const each =
  (name: string, isWrong: (value: string) => boolean) =>
  (all: readonly Instruction[]): Instruction[] =>
    all.filter((instruction) => instruction.name === name && isWrong(instruction.value));
const missing = (all: readonly Instruction[], isThere: (instruction: Instruction) => boolean, what: string) =>
  all.some(isThere) ? [] : [{ name: what, value: "is missing" }];

const lastStage = (all: readonly Instruction[]) => all.slice(all.findLastIndex(({ name }) => name === "FROM"));
const secretName = /(^|_)(SECRET|PASS|PASSWORD|TOKEN|KEY|CREDENTIALS?|DB_URL)(_|$)/i;
const names = (value: string) => value.split(/\s+/).map((word) => word.split("=")[0] ?? "");

/** What we want of every image; in the spirit of hadolint, as far as it matters here. */
export const dockerfileRules: readonly Rule[] = [
  {
    what: "base images have an exact version",
    breaks: (all) => {
      const stages = new Set(
        all.map(({ value }) => / as (\S+)$/i.exec(value)?.[1]).filter((name) => name !== undefined),
      );
      return all.filter(({ name, value }) => {
        const image = value.split(" ")[0] ?? "";
        return name === "FROM" && !stages.has(image) && !/:\d+\.\d+\.\d+/.test(image);
      });
    },
  },
  { what: "nothing is the latest", breaks: (all) => all.filter(({ value }) => /:latest\b/.test(value)) },
  {
    what: "the last stage ends as somebody other than root",
    breaks: (all) => {
      const user = lastStage(all).findLast(({ name }) => name === "USER");
      return user === undefined || /^(root|0)\b/.test(user.value)
        ? [user ?? { name: "USER", value: "is missing" }]
        : [];
    },
  },
  { what: "COPY, never ADD", breaks: each("ADD", () => true) },
  { what: "no sudo", breaks: each("RUN", (value) => /\bsudo\b/.test(value)) },
  {
    what: "apt-get installs no more than asked, and its lists are removed",
    breaks: each(
      "RUN",
      (value) =>
        /\bapt-get\s+install\b/.test(value) &&
        !(value.includes("--no-install-recommends") && value.includes("rm -rf /var/lib/apt/lists")),
    ),
  },
  { what: "apt is for people", breaks: each("RUN", (value) => /\bapt\s+install\b/.test(value)) },
  { what: "npm ci, never npm install", breaks: each("RUN", (value) => /\bnpm (i|install)\b/.test(value)) },
  { what: "nothing is fetched and run", breaks: each("RUN", (value) => /(curl|wget)[^|]*\|\s*(ba)?sh/.test(value)) },
  { what: "folders of WORKDIR are absolute", breaks: each("WORKDIR", (value) => !value.startsWith("/")) },
  {
    what: "not everything is copied",
    breaks: each("COPY", (value) => /(^|\s)\.\/?\s+\S+$/.test(value) && !value.includes("--from=")),
  },
  {
    what: "no secret in ENV and ARG",
    breaks: (all) =>
      all.filter(
        ({ name, value }) => ["ENV", "ARG"].includes(name) && names(value).some((word) => secretName.test(word)),
      ),
  },
  {
    what: "it says how it is (HEALTHCHECK)",
    breaks: (all) =>
      missing(lastStage(all), ({ name, value }) => name === "HEALTHCHECK" && value !== "NONE", "HEALTHCHECK"),
  },
  {
    what: "signals reach the program: CMD and ENTRYPOINT are lists",
    breaks: (all) => [
      ...missing(lastStage(all), ({ name }) => name === "CMD" || name === "ENTRYPOINT", "CMD"),
      ...all.filter(({ name, value }) => (name === "CMD" || name === "ENTRYPOINT") && !value.startsWith("[")),
    ],
  },
];

/** Every rule that a Dockerfile breaks, with where. */
export function lintDockerfile(text: string): string[] {
  const all = parseDockerfile(text);
  return dockerfileRules.flatMap(({ what, breaks }) =>
    breaks(all).map(({ name, value }) => `${what}: ${name} ${value}`),
  );
}
