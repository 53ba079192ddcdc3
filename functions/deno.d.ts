/** The little of Deno that entry points use; everything else is Web APIs. */
declare namespace Deno {
  function serve(handler: (request: Request) => Response | Promise<Response>): unknown;
}

/** Large documents that are served as they are: the compiler need not infer a type for each of their members. */
declare module "*.json" {
  const document: Readonly<Record<string, unknown>>;
  // biome-ignore lint/style/noDefaultExport: JSON has no other
  export default document;
}
