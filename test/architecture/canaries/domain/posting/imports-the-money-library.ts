import "dinero.js";
