/** The little of Deno that entry points use; everything else is Web APIs. */
declare namespace Deno {
  function serve(handler: (request: Request) => Response | Promise<Response>): unknown;
}
