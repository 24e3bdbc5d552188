import "#functions/post-to-erp";
import "#adapters/embedded/sqlite";
import "#adapters/channels/shopify";
import "#sandbox-erp";
import "#wiring";
import "node:http";
import "jsonata";
