import "./aws/post-to-erp.ts";
