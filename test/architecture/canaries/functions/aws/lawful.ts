import "#wiring";
import "#adapters/channels/shopify";
import "../post-to-erp.ts";
