import "#sandbox-erp";
