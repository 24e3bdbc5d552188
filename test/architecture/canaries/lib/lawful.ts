import "#wiring";
import "#domain/policy";
import "node:fs";
import "#adapters/policy-files";
import "aws-cdk-lib";
import "esbuild";
