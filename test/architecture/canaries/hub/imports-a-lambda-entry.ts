import "../functions/aws/post-to-erp.ts";
