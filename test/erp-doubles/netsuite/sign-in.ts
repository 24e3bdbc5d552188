import { constants, createHmac, createPublicKey, randomBytes, timingSafeEqual, verify } from "node:crypto";

/** An integration with its token, and the certificate of another. */
export interface NetSuiteSignIn {
  readonly account: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly tokenId: string;
  readonly tokenSecret: string;
  readonly certificate?: { readonly clientId: string; readonly certificateId: string; readonly publicKey: string };
}

/** Seconds that a signed request may be off the server's clock, either way. */
const driftSeconds = 300;
const accessSeconds = 3_600;

/**
 * Who may ask. Rules from Oracle's online help:
 * - "The Signature for Web Services and RESTlets" (ns-online-help/section_1534941088.html): OAuth 1.0a, HMAC-SHA256 over method, address and all
 *   sorted parameters, percent-encoded after RFC 5849 section 3.6, under "consumer secret & token secret"; HMAC-SHA1 is not taken any more.
 * - RFC 5849 section 3.3: a nonce is taken once for a timestamp and token, and a stale timestamp is refused.
 * - "The Request Token Structure" (section_162790605110.html): an assertion's alg is PS256 … ES512, kid the certificate id, iss the client id, aud the
 *   token endpoint, scope holds rest_webservices, exp is less than 60 minutes after iat.
 * - "POST Request to the Token Endpoint" (section_162755359851.html): a form with grant_type client_credentials and the assertion.
 */
export function createSignIn(known: NetSuiteSignIn, now: () => number) {
  const nonces = new Set<string>();
  const tokens = new Map<string, number>();

  function signed(method: string, url: URL, header: string): boolean {
    const stated = new Map(
      [...header.matchAll(/([a-zA-Z_]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, decodeURIComponent(value)] as const),
    );
    const field = (name: string) => stated.get(name) ?? "";
    if (field("realm") !== known.account || field("oauth_signature_method") !== "HMAC-SHA256" || field("oauth_version") !== "1.0")
      return false;
    if (field("oauth_consumer_key") !== known.consumerKey || field("oauth_token") !== known.tokenId) return false;
    if (Math.abs(Number(field("oauth_timestamp")) - now() / 1_000) > driftSeconds) return false;
    const nonce = `${field("oauth_timestamp")} ${field("oauth_nonce")}`;
    if (field("oauth_nonce").length < 6 || nonces.has(nonce)) return false;
    const parameters = [...url.searchParams, ...[...stated].filter(([name]) => name.startsWith("oauth_") && name !== "oauth_signature")]
      .map((pair) => pair.map(percent).join("="))
      .sort()
      .join("&");
    const text = [method.toUpperCase(), `${url.origin}${url.pathname}`, parameters].map(percent).join("&");
    const expected = createHmac("sha256", `${percent(known.consumerSecret)}&${percent(known.tokenSecret)}`)
      .update(text)
      .digest();
    const given = Buffer.from(field("oauth_signature"), "base64");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    nonces.add(nonce);
    return true;
  }

  function asserted(assertion: string, endpoint: string): boolean {
    const [header = "", payload = "", signature = ""] = assertion.split(".");
    if (known.certificate === undefined) return false;
    const { alg, typ, kid } = JSON.parse(Buffer.from(header, "base64url").toString()) as Record<string, unknown>;
    const { iss, scope, aud, iat, exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const key = createPublicKey(known.certificate.publicKey);
    const how =
      alg === "PS256"
        ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : alg === "ES256"
          ? { key, dsaEncoding: "ieee-p1363" as const }
          : undefined;
    const seconds = now() / 1_000;
    return (
      how !== undefined &&
      typ === "JWT" &&
      kid === known.certificate.certificateId &&
      iss === known.certificate.clientId &&
      String(scope).split(",").includes("rest_webservices") &&
      aud === endpoint &&
      typeof iat === "number" &&
      typeof exp === "number" &&
      exp - iat < 3_600 &&
      exp > seconds &&
      iat <= seconds + 60 &&
      verify("sha256", Buffer.from(`${header}.${payload}`), how, Buffer.from(signature, "base64url"))
    );
  }

  return {
    allows(method: string, url: URL, authorization: string | undefined): boolean {
      if (authorization?.startsWith("OAuth ")) return signed(method, url, authorization);
      const [, token = ""] = /^Bearer (.+)$/.exec(authorization ?? "") ?? [];
      return (tokens.get(token) ?? 0) > now();
    },

    /** Ends all access tokens, as an administrator who revokes them. */
    endTokens: () => tokens.clear(),

    /** An access token for a form, or undefined when it is refused. */
    token(form: URLSearchParams, endpoint: string): { access_token: string; expires_in: string; token_type: string } | undefined {
      const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
      if (form.get("grant_type") !== "client_credentials" || form.get("client_assertion_type") !== type) return undefined;
      if (!asserted(form.get("client_assertion") ?? "", endpoint)) return undefined;
      const token = randomBytes(24).toString("base64url");
      tokens.set(token, now() + accessSeconds * 1_000);
      return { access_token: token, expires_in: String(accessSeconds), token_type: "bearer" };
    },
  };
}

function percent(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      /[A-Za-z0-9\-._~]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    )
    .join("");
}
