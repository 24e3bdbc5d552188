import "#adapters/embedded/sqlite";
