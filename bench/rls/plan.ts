/** The parts of EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) that the benchmark looks at. */
export interface PlanNode {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly PlanNode[];
}

export interface PlanSummary {
  readonly rows: number;
  readonly buffers: number;
  readonly plan: string;
}

/** What a plan read, and of which nodes it is made. */
export function summarize(plan: PlanNode): PlanSummary {
  const nodes = flatten(plan);
  return {
    rows: nodes.filter((node) => node["Relation Name"] !== undefined).reduce((sum, node) => sum + rowsRead(node), 0),
    // A node counts what its children read.
    buffers: (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0),
    plan: nodes.map(describe).join(", "),
  };
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

function rowsRead(node: PlanNode): number {
  const removed = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
  return Math.round((node["Actual Rows"] + removed) * node["Actual Loops"]);
}

function describe(node: PlanNode): string {
  const on = node["Index Name"] ?? node["Relation Name"];
  return on === undefined ? node["Node Type"] : `${node["Node Type"]} on ${on}`;
}
