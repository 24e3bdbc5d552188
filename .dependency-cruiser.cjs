/**
 * The import fences: who may import what, one rule per row of the layout's import table. An allow-list forbids whatever it does not
 * name, so a new folder or package is let in by a decision and not by accident. Each rule has a canary under
 * test/architecture/canaries that must be reported.
 */

/** Resolved paths of npm packages; a link may put node_modules anywhere above the project. */
const npm = (...names) => names.map((name) => `(?:^|/)node_modules/${name}(?:/|$)`);
const node = (...names) => `^(?:node:)?(?:${names.join("|")})$`;

/** Files under `from` import what `may` lists and nothing else; `anyNode` lets all of node:* in. */
const only = (name, comment, from, may, { anyNode = false, fromNot } = {}) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, ...(fromNot === undefined ? {} : { pathNot: fromNot }) },
  to: { pathNot: may, ...(anyNode ? { dependencyTypesNot: ["core"] } : {}) },
});

const never = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const unfenced = "^(?:test|bench|scripts)/";
const hubMayImport = [
  "^functions/(?!aws/)",
  "^wiring/",
  "^adapters/(?!aws/)",
  "^ports/",
  "^domain/",
  "^policies/",
  "^sandbox-erp/",
  ...npm("jsonata", "zod", "@middy"),
];
const insideHubMayImport = ["^hub/", ...hubMayImport];

module.exports = {
  forbidden: [
    only("domain-is-pure", "The domain imports itself and a few pure packages; it is given time, ids and policy.", "^domain/", [
      "^domain/",
      ...npm("zod", "@noble/hashes", "dinero\\.js", "temporal-polyfill"),
    ]),
    never(
      "money-library-behind-domain-money",
      "Rounding and allocation have names and live in domain/money alone.",
      { pathNot: ["^domain/money/", unfenced] },
      { path: npm("dinero\\.js") },
    ),
    never(
      "temporal-behind-domain-calendar",
      "The product decides about calendars and time zones in domain/calendar alone; the sample tells its own truth without it.",
      { pathNot: ["^domain/calendar/", "^sample/", unfenced] },
      { path: npm("temporal-polyfill", "@js-temporal") },
    ),
    only("ports-know-the-domain", "A port is an interface in the domain's terms.", "^ports/", ["^ports/", "^domain/"]),
    never(
      "ports-are-types",
      "A port has no runtime code: it imports types only.",
      { path: "^ports/" },
      { dependencyTypesNot: ["type-only"] },
    ),
    only(
      "outside-adapters-translate",
      "Channels, settlements, banks and ERPs know the domain, the ports and parsers; HTTP goes through the port. Of node:* only crypto: its timingSafeEqual is the vetted comparison for signatures, and is synchronous.",
      "^adapters/(?:channels|settlements|banks|erps)/",
      ["^adapters/", "^domain/", "^ports/", ...npm("zod", "saxes", "csv-parse", "@noble/hashes"), node("crypto")],
    ),
    never(
      "adapters-stand-alone",
      "Adapters do not know each other: what two of them need is domain.",
      { path: "^adapters/((?:channels|settlements|banks|erps)/[^/]+|aws|embedded|http|clock|inflate|policy-files)(?:/|\\.ts$)" },
      { path: "^adapters/", pathNot: "^adapters/$1(?:/|\\.ts$)" },
    ),
    only(
      "aws-adapters-speak-to-aws",
      "AWS adapters know the domain and the ports, and no client of AWS: they sign requests themselves, so node:crypto; node:zlib because stored bodies are compressed.",
      "^adapters/aws/",
      ["^adapters/", "^domain/", "^ports/", ...npm("zod"), node("zlib", "crypto")],
    ),
    only(
      "embedded-adapters-use-one-machine",
      "SQLite and files; beside them only what paths, made secrets, compression and the worker's identity need.",
      "^adapters/embedded/",
      ["^adapters/", "^domain/", "^ports/", ...npm("zod"), node("sqlite", "fs", "fs/promises", "path", "crypto", "zlib", "os")],
    ),
    only("http-is-one-adapter", "Both hosts open sockets through the same few lines, over node:http.", "^adapters/http/", [
      "^adapters/http/",
      "^domain/failures/",
      "^ports/",
      node("https?"),
    ]),
    only("policy-files-are-read-once", "The hub and the stacks read the policies folder by the same lines.", "^adapters/policy-files/", [
      "^adapters/policy-files/",
      "^domain/(?:failures|policy)/",
      node("fs", "path"),
    ]),
    only(
      "settlement-formats-are-listed-once",
      "Both hosts read the same reports and statements, from one list of their readers.",
      "^adapters/settlement-formats/",
      ["^adapters/(?:settlement-formats|settlements|banks)/", "^ports/"],
    ),
    only("erp-kinds-are-listed-once", "Both hosts reach the same kinds of ERP, from one list of their adapters.", "^adapters/erp-kinds/", [
      "^adapters/(?:erp-kinds|erps)/",
      "^ports/",
      "^domain/",
    ]),
    only(
      "pos-formats-are-listed-once",
      "Both hosts read the same files of tills, from one list of their readers.",
      "^adapters/pos-formats/",
      ["^adapters/(?:pos-formats|channels)/", "^ports/"],
    ),
    only("inflate-is-one-adapter", "Both hosts unpack by the same library.", "^adapters/inflate/", [
      "^adapters/inflate/",
      "^ports/",
      ...npm("fflate"),
    ]),
    only("clock-is-one-adapter", "Both hosts read the same clock, which needs nothing.", "^adapters/clock/", [
      "^adapters/clock/",
      "^ports/",
    ]),
    never(
      "adapters-speak-http-through-the-port",
      "HTTP is one port, so that a test can lose any answer: only its own adapter opens sockets.",
      { path: "^adapters/", pathNot: "^adapters/http/" },
      { path: [node("https?", "http2", "net", "tls"), ...npm("undici")] },
    ),
    only(
      "functions-know-ports-and-domain",
      "A function loads, decides and saves; it does not know on which host it runs.",
      "^functions/",
      ["^functions/(?!aws/)", "^ports/", "^domain/", "^wiring/", ...npm("@middy", "zod")],
      { fromNot: "^functions/aws/" },
    ),
    never(
      "functions-know-types-of-wiring",
      "What a function needs is decided in wiring/ and handed to it.",
      { path: "^functions/(?!aws/)" },
      { path: "^wiring/", dependencyTypesNot: ["type-only"] },
    ),
    only("lambda-entries-bind", "A Lambda entry binds a function to wiring and adapters.", "^functions/aws/", [
      "^functions/",
      "^ports/",
      "^domain/",
      "^wiring/",
      "^adapters/(?!embedded/)",
      "^policies/",
      ...npm("@middy", "@types/aws-lambda", "zod"),
    ]),
    never(
      "aws-adapters-through-bindings",
      "functions/aws/bindings is the only place that imports adapters/aws: one file per port keeps every bundle small.",
      { pathNot: ["^functions/aws/bindings/", "^adapters/aws/", unfenced] },
      { path: "^adapters/aws/" },
    ),
    only("wiring-is-data", "Both hosts read the wiring: it holds names and types, and knows no host.", "^wiring/", [
      "^wiring/",
      "^domain/events/",
      "^ports/",
    ]),
    never(
      "wiring-knows-types-of-ports",
      "The needs of a function are port names.",
      { path: "^wiring/" },
      { path: "^ports/", dependencyTypesNot: ["type-only"] },
    ),
    only(
      "lib-builds-from-wiring",
      "Stacks are built from the wiring; state machines and policies are read as files, and Shopify's topics from what reads them.",
      "^lib/",
      [
        "^lib/",
        "^wiring/",
        "^domain/(?:events|policy|kpi|failures|canonical)/",
        "^adapters/(?:policy-files|channels/shopify)/",
        // By name only, before a deploy: whether what it needs is there.
        ...npm("aws-cdk-lib", "constructs", "cdk-nag", "esbuild", "zod", "@aws-sdk/client-ssm"),
        node("fs", "path", "os"),
      ],
    ),
    only(
      "hub-is-a-host",
      "The embedded hub runs the same functions over its own adapters; never AWS, never lib.",
      "^hub/",
      insideHubMayImport,
      {
        anyNode: true,
      },
    ),
    only(
      "cli-drives-the-hub",
      "The command line drives the hub; its demo plays the sample's day and its simulate runs the simulation.",
      "^cli/",
      ["^cli/", "^sample/", "^simulation/", ...insideHubMayImport],
      { anyNode: true },
    ),
    only(
      "simulation-drives-the-hub",
      "The simulation runs the whole hub, with the sample's generators as its retailer.",
      "^simulation/",
      ["^simulation/", "^sample/", ...insideHubMayImport],
      { anyNode: true },
    ),
    only(
      "sample-drives-the-hub",
      "The sample retailer plays its day through the hub's doors; it knows its local times without the domain's calendar.",
      "^sample/",
      ["^sample/", ...insideHubMayImport, ...npm("temporal-polyfill")],
      { anyNode: true },
    ),
    only("bin-hub-is-the-cli", "The command's entry calls the command line.", "^bin/hub\\.ts$", ["^cli/"], { anyNode: true }),
    only("bin-app-is-lib", "The CDK app's entry builds the stacks.", "^bin/app\\.ts$", ["^lib/", ...npm("aws-cdk-lib")], { anyNode: true }),
    only(
      "bin-has-two-entries",
      "Any other entry imports nothing of the project until its row is written.",
      "^bin/(?!hub\\.ts$|app\\.ts$)",
      [],
      {
        anyNode: true,
      },
    ),
    only("sandbox-erp-is-independent", "An ERP knows nothing of us: node:* and zod.", "^sandbox-erp/", ["^sandbox-erp/", ...npm("zod")], {
      anyNode: true,
    }),
    never(
      "nobody-imports-the-hosts-and-tests",
      "What drives the product is not part of it.",
      { pathNot: ["^(?:hub|cli|simulation|sample|bin)/", unfenced] },
      { path: "^(?:hub|cli|simulation|sample|test)/" },
    ),
    never(
      "product-does-not-import-what-proves-it",
      "Tests, benches and scripts import the product, never the other way round.",
      { pathNot: unfenced },
      { path: unfenced },
    ),
    never(
      "folders-are-entered-by-their-door",
      "Imports name the layer (#domain/posting): a relative path into another folder goes past its door.",
      { path: "^([^/]+)/", pathNot: ["^bin/", unfenced] },
      { path: "^[^/]+/", pathNot: ["^$1/", "node_modules/"], dependencyTypes: ["local"], dependencyTypesNot: ["aliased-subpath-import"] },
    ),
    never(
      "domain-folders-are-entered-by-their-door",
      "Within the domain too, another folder is entered by its index.",
      { path: "^domain/([^/]+)/" },
      { path: "^domain/", pathNot: "^domain/$1/", dependencyTypesNot: ["aliased-subpath-import"] },
    ),
    never(
      "product-runs-without-dev-dependencies",
      "A package of devDependencies is absent where only the product is installed. The stacks are the exception: they run where a deploy is made, and what they deploy has its bundles.",
      { pathNot: [unfenced, "^lib/", "^bin/app\\.ts$"], path: "^[^/]+/" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    ),
    never("imports-resolve", "An import that resolves to nothing is held by no fence.", {}, { couldNotResolve: true }),
    never(
      "no-runtime-cycles",
      "Modules that need each other to load are one module.",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
  ],
  options: {
    // Type imports are fenced too: they vanish before they run, but not before they couple.
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(?:^|/)test/architecture/canaries/|^(?:node_modules|coverage|cdk\\.out|\\.hub|\\.cache)/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
      extensions: [".ts", ".mts", ".js", ".mjs", ".cjs", ".json"],
    },
  },
};
