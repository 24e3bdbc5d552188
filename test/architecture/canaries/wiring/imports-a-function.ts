import "#functions/post-to-erp";
