/** The secret that signs what goes to an endpoint, in the form that Standard Webhooks verifiers take: `whsec_…`. */
export type WebhookSecrets = (endpointId: string, version: number) => Promise<string>;

/**
 * Derives every endpoint's secrets from one master key (HKDF with SHA-256, over endpoint and version), so that none has to
 * be stored. Whoever changes the master key changes all of them.
 */
export function webhookSecrets(masterKey: string): WebhookSecrets {
  const encoder = new TextEncoder();
  const imported = crypto.subtle.importKey("raw", encoder.encode(masterKey), "HKDF", false, ["deriveBits"]);
  // Awaited by every call below; a call that never comes must not end the process.
  imported.catch(() => undefined);
  return async (endpointId, version) => {
    const info = encoder.encode(`nexus webhook endpoint ${endpointId} secret ${version}`);
    const rule = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info };
    const bits = await crypto.subtle.deriveBits(rule, await imported, 256);
    return `whsec_${btoa(String.fromCharCode(...new Uint8Array(bits)))}`;
  };
}
