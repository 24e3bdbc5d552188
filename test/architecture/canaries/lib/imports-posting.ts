import "#domain/posting";
