import "#domain/money";
