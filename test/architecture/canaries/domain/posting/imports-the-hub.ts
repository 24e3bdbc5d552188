import "#hub";
