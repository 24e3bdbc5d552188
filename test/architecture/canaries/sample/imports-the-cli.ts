import "#cli";
