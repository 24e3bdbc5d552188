import { constants, createHmac, createPrivateKey, type KeyObject, randomBytes, sign } from "node:crypto";

/** Token-based authentication (OAuth 1.0a): NetSuite's integration record and access token. */
interface TokenCredentials {
  readonly kind: "token";
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly tokenId: string;
  readonly tokenSecret: string;
}

/** OAuth 2.0 client credentials: an assertion signed with the private key of a certificate that NetSuite holds. */
interface CertificateCredentials {
  readonly kind: "certificate";
  readonly clientId: string;
  readonly certificateId: string;
  /** PEM. */
  readonly privateKey: string;
}

export type NetSuiteCredentials = TokenCredentials | CertificateCredentials;

/** What is stored for a connection, as one of the two; undefined when neither is whole. */
export function readNetSuiteCredentials(stored: Readonly<Record<string, string>>): NetSuiteCredentials | undefined {
  const { consumerKey, consumerSecret, tokenId, tokenSecret, clientId, certificateId, privateKey } = stored;
  if (clientId !== undefined && certificateId !== undefined && privateKey !== undefined) {
    return { kind: "certificate", clientId, certificateId, privateKey };
  }
  if (consumerKey === undefined || consumerSecret === undefined || tokenId === undefined || tokenSecret === undefined) return undefined;
  return { kind: "token", consumerKey, consumerSecret, tokenId, tokenSecret };
}

/**
 * The Authorization header of one request, signed with HMAC-SHA256 (RFC 5849; "The Signature for Web Services and RESTlets" and "The
 * Authorization Headers" in NetSuite's help). Each carries a nonce of its own: NetSuite takes none twice.
 */
export function tokenAuthorization(
  credentials: TokenCredentials,
  account: string,
  request: { readonly method: string; readonly url: string },
  now: string,
  nonce: string = randomBytes(16).toString("hex"),
): string {
  const { consumerKey, consumerSecret, tokenId, tokenSecret } = credentials;
  const [address = "", query = ""] = request.url.split("?");
  const oauth: readonly (readonly [string, string])[] = [
    ["oauth_consumer_key", consumerKey],
    ["oauth_nonce", nonce],
    ["oauth_signature_method", "HMAC-SHA256"],
    ["oauth_timestamp", String(Math.floor(Date.parse(now) / 1_000))],
    ["oauth_token", tokenId],
    ["oauth_version", "1.0"],
  ];
  const parameters = [...oauth, ...new URLSearchParams(query)]
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const base = [request.method, encoded(address), encoded(parameters)].join("&");
  const key = `${encoded(consumerSecret)}&${encoded(tokenSecret)}`;
  const signature = createHmac("sha256", key).update(base).digest("base64");
  const stated = [["realm", account], ...oauth, ["oauth_signature", signature]] as const;
  return `OAuth ${stated.map(([name, value]) => `${name}="${encoded(value)}"`).join(", ")}`;
}

/** Seconds that an assertion is good for; NetSuite takes at most 3,600. */
const assertionSeconds = 300;

/**
 * The form that asks NetSuite's token endpoint for an access token ("The Request Token Structure"). Undefined when the private key is no key
 * that NetSuite takes: RSA or elliptic curve P-256, in PEM.
 */
export function tokenRequest(credentials: CertificateCredentials, endpoint: string, now: string): string | undefined {
  const key = readKey(credentials.privateKey);
  if (key === undefined) return undefined;
  const issuedAt = Math.floor(Date.parse(now) / 1_000);
  const header = { typ: "JWT", alg: key.algorithm, kid: credentials.certificateId };
  const claims = {
    iss: credentials.clientId,
    scope: "rest_webservices",
    aud: endpoint,
    iat: issuedAt,
    exp: issuedAt + assertionSeconds,
  };
  const unsigned = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = sign("sha256", Buffer.from(unsigned), key.signing).toString("base64url");
  return new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: `${unsigned}.${signature}`,
  }).toString();
}

function readKey(pem: string): { readonly algorithm: "PS256" | "ES256"; readonly signing: Parameters<typeof sign>[2] } | undefined {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // What is wrong with it is not told: the message could hold a part of the key.
    return undefined;
  }
  if (key.asymmetricKeyType === "ec") return { algorithm: "ES256", signing: { key, dsaEncoding: "ieee-p1363" } };
  if (key.asymmetricKeyType !== "rsa" && key.asymmetricKeyType !== "rsa-pss") return undefined;
  return { algorithm: "PS256", signing: { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } };
}

/** RFC 3986: what encodeURIComponent leaves alone beyond it is encoded too. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
