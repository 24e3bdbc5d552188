import "#domain/nothing-there";
